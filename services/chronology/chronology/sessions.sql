-- name: try_lock
-- Take the lead of a collection, for as long as this session lives.
-- $1 collection text
SELECT pg_try_advisory_lock(hashtextextended('chronology.appender.' || $1, 0));

-- name: unlock
-- Give the lead of a collection back.
-- $1 collection text
SELECT pg_advisory_unlock(hashtextextended('chronology.appender.' || $1, 0));
