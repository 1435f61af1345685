-- name: lock_projection
-- Let one build of a projection be made, switched or dropped at a time.
-- $1 projection text
SELECT pg_advisory_xact_lock(hashtextextended('chronology.builds.' || $1, 0));

-- name: read_builds
-- Return all builds, and which one of each projection is read.
SELECT build.projection, build.build, build.version, build.state, build.error, build.requested_by, build.requested_at,
       coalesce(current.build = build.build, false) AS is_current,
       coalesce(current.previous = build.build, false) AS is_previous
FROM projection.build AS build
LEFT JOIN projection.current AS current ON current.projection = build.projection
WHERE build.state <> 'dropped'
ORDER BY build.projection, build.build;

-- name: next_build
-- Return the number of the next build; numbers are never used again.
-- $1 projection text
SELECT coalesce(max(build), 0) + 1 FROM projection.build WHERE projection = $1;

-- name: create_schema
-- Make a build's schema.
-- $1 schema text
SELECT projection.create_schema($1);

-- name: drop_schema
-- Drop a build's schema with all its tables.
-- $1 schema text
SELECT projection.drop_schema($1);

-- name: use_schema
-- Make tables in this schema until the transaction ends.
-- $1 schema text
SELECT set_config('search_path', $1, true);

-- name: insert_build
-- Note a new build.
-- $1 projection text, $2 build integer, $3 version integer, $4 requested_by text
INSERT INTO projection.build (projection, build, version, state, requested_by) VALUES ($1, $2, $3, 'live', $4);

-- name: set_current
-- Have a build read from now on, and remember the one before it.
-- $1 projection text, $2 build integer, $3 switched_by text
INSERT INTO projection.current AS current (projection, build, previous, switched_by)
VALUES ($1, $2, NULL, $3)
ON CONFLICT (projection) DO UPDATE
SET build = excluded.build, previous = current.build, switched_by = excluded.switched_by, switched_at = now()
WHERE current.build <> excluded.build;

-- name: drop_build
-- Note that a build is gone.
-- $1 projection text, $2 build integer
UPDATE projection.build SET state = 'dropped', error = '' WHERE projection = $1 AND build = $2;

-- name: forget_previous
-- Forget that a build was the one before the current one.
-- $1 projection text, $2 build integer
UPDATE projection.current SET previous = NULL WHERE projection = $1 AND previous = $2;

-- name: digest
-- Count and digest the rows of one table of a build that belong to a collection.
-- $1 schema text, $2 table_name text, $3 collection text
SELECT row_count, digest FROM projection.digest($1, $2, $3);
