-- name: try_lock
-- Be the only one to run a build, for as long as this session lives.
-- $1 schema text
SELECT pg_try_advisory_lock(hashtextextended('chronology.projector.' || $1, 0));

-- name: stop_build
-- Note why a build stopped.
-- $1 projection text, $2 build integer, $3 error text
UPDATE projection.build SET state = 'stopped', error = $3
WHERE projection = $1 AND build = $2 AND state <> 'dropped';

-- name: resume_build
-- Note that a stopped build goes on.
-- $1 projection text, $2 build integer
UPDATE projection.build SET state = 'live', error = '' WHERE projection = $1 AND build = $2 AND state = 'stopped';

-- name: read_heads_behind
-- Return the collections of which this build has not read everything, by name.
SELECT head.collection
FROM log.head AS head
LEFT JOIN progress ON progress.collection = head.collection
WHERE progress.position IS NULL OR progress.position < head.position
ORDER BY head.collection;
