-- name: resume
-- Let the appender of a collection go on: from which sequence of which stream, and under which lineage.
-- $1 collection text, $2 stream_sequence bigint, $3 stream_created text, $4 lineage text, $5 holes_until bigint
UPDATE log.head
SET stream_sequence = $2, stream_created = $3, lineage = $4, holes_until = $5, halted_reason = ''
WHERE collection = $1;

-- name: insert_lineage
-- Note that a collection has a new lineage from a position on.
-- $1 collection text, $2 from_position bigint, $3 lineage text
INSERT INTO log.lineage (collection, from_position, lineage) VALUES ($1, $2, $3)
ON CONFLICT (collection, from_position) DO NOTHING;

-- name: read_sequence
-- Return how far a collection's stream has been read.
-- $1 collection text
SELECT stream_sequence FROM log.head WHERE collection = $1;

-- name: insert_resent
-- Note that a dead letter was mended and sent again.
-- $1 collection text, $2 stream_created text, $3 stream_sequence bigint, $4 resent_sequence bigint, $5 resent_by text
INSERT INTO log.dead_letter_resent (collection, stream_created, stream_sequence, resent_sequence, resent_by)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (collection, stream_created, stream_sequence, resent_sequence) DO NOTHING;

-- name: read_dead_letter
-- Return the subject by which a dead letter came.
-- $1 collection text, $2 stream_created text, $3 stream_sequence bigint
SELECT subject FROM log.dead_letter WHERE collection = $1 AND stream_created = $2 AND stream_sequence = $3;
