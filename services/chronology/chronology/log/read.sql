-- name: read_batch
-- Return the records after position $2, oldest first, at most $3.
-- $1 collection text, $2 position bigint, $3 size bigint
SELECT position, coalesce(id, ''::bytea) AS id, type, version, recorded_at, coalesce(body, ''::bytea) AS body
FROM log.record
WHERE collection = $1 AND position > $2
ORDER BY position
LIMIT $3;

-- name: read_at
-- Return the record at position $2.
-- $1 collection text, $2 position bigint
SELECT position, coalesce(id, ''::bytea) AS id, type, version, recorded_at, coalesce(body, ''::bytea) AS body
FROM log.record
WHERE collection = $1 AND position = $2;

-- name: position_of
-- Return the position of the record with the id $2.
-- $1 collection text, $2 id bytea
SELECT position FROM log.record_id WHERE collection = $1 AND id = $2;

-- name: read_head
-- Return the head of one collection.
-- $1 collection text
SELECT collection, lineage, title, position, stream_sequence, stream_created, recorded_at, closed_position, rules_number,
       holes_until, halted_reason
FROM log.head
WHERE collection = $1;

-- name: read_heads
-- Return the heads of all collections, by name.
SELECT collection, lineage, title, position, stream_sequence, stream_created, recorded_at, closed_position, rules_number,
       holes_until, halted_reason
FROM log.head
ORDER BY collection;

-- name: read_leaves
-- Return the Merkle leaves after position $2, oldest first, at most $3.
-- $1 collection text, $2 position bigint, $3 size bigint
SELECT header_hash
FROM log.record
WHERE collection = $1 AND position > $2
ORDER BY position
LIMIT $3;

-- name: read_lineages
-- Return from which positions on a collection has had which lineages.
-- $1 collection text
SELECT from_position, lineage FROM log.lineage WHERE collection = $1 ORDER BY from_position;

-- name: read_verdict
-- Return what became of a command.
-- $1 collection text, $2 command_id bytea
SELECT outcome, reason, position, request_hash FROM log.verdict WHERE collection = $1 AND command_id = $2;
