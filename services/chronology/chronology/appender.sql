-- name: add_partitions
-- Make the partitions up to a position.
-- $1 collection text, $2 position_upto bigint
SELECT log.add_partitions($1, $2);

-- name: halt
-- Note why the appender of a collection halted.
-- $1 collection text, $2 halted_reason text
UPDATE log.head SET halted_reason = $2 WHERE collection = $1;
