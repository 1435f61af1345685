-- name: begin_progress
-- Begin to project a collection.
-- $1 collection text
INSERT INTO progress (collection, position) VALUES ($1, 0) ON CONFLICT (collection) DO NOTHING;

-- name: lock_progress
-- Lock and return how far a collection has been projected.
-- $1 collection text
SELECT position FROM progress WHERE collection = $1 FOR UPDATE;

-- name: move_progress
-- Move the progress from position $2; no row where somebody else has moved it.
-- $1 collection text, $2 position bigint, $3 new_position bigint
UPDATE progress SET position = $3, error = '' WHERE collection = $1 AND position = $2 RETURNING position;

-- name: note_error
-- Note why the build stands still in a collection.
-- $1 collection text, $2 error text
INSERT INTO progress (collection, position, error) VALUES ($1, 0, $2)
ON CONFLICT (collection) DO UPDATE SET error = excluded.error;

-- name: read_progress
-- Return how far each collection has been projected, where its log ends, and why it stands still.
SELECT head.collection, coalesce(progress.position, 0) AS position, head.position AS head,
       coalesce(progress.error, '') AS error
FROM log.head AS head
LEFT JOIN progress ON progress.collection = head.collection
ORDER BY head.collection;
