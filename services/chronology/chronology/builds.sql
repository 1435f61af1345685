-- name: current_build
-- Which build of the group `timelines` readers should see.
SELECT current.build FROM projection.current WHERE current.projection = 'timelines';

-- name: list_builds
-- The builds of all projections.
SELECT build.projection, build.build, build.version, build.state, build.error, build.requested_by, build.requested_at,
       coalesce(current.build = build.build, false) AS is_current,
       coalesce(current.previous = build.build, false) AS is_previous
FROM projection.build
LEFT JOIN projection.current ON current.projection = build.projection
ORDER BY build.projection, build.build;

-- name: list_progress
-- How far each collection is in the build whose schema the search path names.
SELECT progress.collection, progress.position FROM progress ORDER BY progress.collection;
