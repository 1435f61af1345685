-- name: current_build
-- Which build of the group `timelines` readers should see.
SELECT current.build FROM projection.current WHERE current.projection = 'timelines';

-- name: plan_anew
-- Have the statements of this transaction planned for their arguments, not for any.
SET LOCAL plan_cache_mode = force_custom_plan;
