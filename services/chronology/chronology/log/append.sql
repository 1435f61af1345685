-- name: lock_head
-- Lock and return the head row of a collection: from here to the commit nobody else can write to its log.
-- $1 collection text
SELECT collection, lineage, title, position, stream_sequence, stream_created, recorded_at, closed_position, rules_number,
       holes_until, halted_reason
FROM log.head
WHERE collection = $1
FOR UPDATE;

-- name: known_ids
-- Return those of the ids that the log holds, with their positions.
-- $1 collection text, $2 ids bytea[]
SELECT id, position FROM log.record_id WHERE collection = $1 AND id = ANY($2::bytea[]);

-- name: known_bodies
-- Return the hashes of the bodies at the given positions.
-- $1 collection text, $2 positions bigint[]
SELECT position, sha256(body) AS body_hash FROM log.record WHERE collection = $1 AND position = ANY($2::bigint[]);

-- name: known_verdicts
-- Return those of the commands that have been judged.
-- $1 collection text, $2 ids bytea[]
SELECT command_id FROM log.verdict WHERE collection = $1 AND command_id = ANY($2::bytea[]);

-- name: insert_head
-- Begin a collection's log.
-- $1 collection text, $2 lineage text, $3 title text, $4 position bigint, $5 stream_sequence bigint, $6 stream_created text,
-- $7 recorded_at timestamptz, $8 closed_position bigint, $9 rules_number integer
INSERT INTO log.head (collection, lineage, title, position, stream_sequence, stream_created, recorded_at, closed_position,
                      rules_number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: insert_lineage
-- Note that a collection has a lineage from a position on.
-- $1 collection text, $2 from_position bigint, $3 lineage text
INSERT INTO log.lineage (collection, from_position, lineage) VALUES ($1, $2, $3);

-- name: move_head
-- Move the head from position $2 and stream sequence $3; no row where somebody else has moved it.
-- $1 collection text, $2 position bigint, $3 stream_sequence bigint, $4 new_position bigint, $5 new_stream_sequence bigint,
-- $6 recorded_at timestamptz, $7 closed_position bigint, $8 rules_number integer
UPDATE log.head
SET position = $4, stream_sequence = $5, recorded_at = $6, closed_position = $7, rules_number = $8
WHERE collection = $1 AND position = $2 AND stream_sequence = $3
RETURNING position;
