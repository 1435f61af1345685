-- name: current_build
-- Which build of the group `timelines` readers should see.
SELECT current.build FROM projection.current WHERE current.projection = 'timelines';
