-- name: lock_tree
-- Let one process at a time add to a collection's tree, until the transaction ends.
-- $1 collection text
SELECT pg_advisory_xact_lock(hashtextextended('chronology.tree.' || $1, 0));

-- name: count_tiles
-- Return how many full leaf tiles there are.
-- $1 collection text
SELECT coalesce(max(index) + 1, 0) FROM log.leaf_tile WHERE collection = $1;

-- name: add_leaf_tiles
-- Add the full leaf tiles among the positions $2 to $3; return them. $2 is the first position of a tile.
-- $1 collection text, $2 first_position bigint, $3 last_position bigint
INSERT INTO log.leaf_tile (collection, index, hashes)
SELECT collection, (position - 1) / 256, string_agg(header_hash, ''::bytea ORDER BY position)
FROM log.record
WHERE collection = $1 AND position BETWEEN $2 AND $3
GROUP BY collection, (position - 1) / 256
HAVING count(*) = 256
RETURNING index, hashes;

-- name: add_subtrees
-- Add roots of full subtrees of one level.
-- $1 collection text, $2 level smallint, $3 indexes bigint[], $4 roots bytea[]
INSERT INTO log.subtree (collection, level, index, root)
SELECT $1, $2, each.index, each.root FROM unnest($3::bigint[], $4::bytea[]) AS each (index, root);

-- name: read_subtrees
-- Return the roots of the full subtrees of one level, as one piece: $4 of them from the index $3 on.
-- $1 collection text, $2 level smallint, $3 index bigint, $4 width bigint
SELECT coalesce(string_agg(root, ''::bytea ORDER BY index), ''::bytea) AS hashes
FROM log.subtree
WHERE collection = $1 AND level = $2 AND index >= $3 AND index < $3 + $4;

-- name: read_leaf_tile
-- Return a full leaf tile.
-- $1 collection text, $2 index bigint
SELECT hashes FROM log.leaf_tile WHERE collection = $1 AND index = $2;

-- name: read_leaves
-- Return the leaf hashes of the positions behind $2, as one piece: $3 of them.
-- $1 collection text, $2 position bigint, $3 width bigint
SELECT coalesce(string_agg(header_hash, ''::bytea ORDER BY position), ''::bytea) AS hashes
FROM log.record
WHERE collection = $1 AND position > $2 AND position <= $2 + $3;

-- name: add_checkpoint
-- Add a signed head of the tree; one that is there stays.
-- $1 collection text, $2 size bigint, $3 lineage text, $4 root bytea, $5 edge bytea, $6 note text
INSERT INTO log.checkpoint (collection, size, lineage, root, edge, note) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (collection, size) DO NOTHING;

-- name: read_checkpoint
-- Return the latest checkpoint, or the first that covers position $2 where one is given.
-- $1 collection text, $2 position bigint
SELECT size, lineage, root, edge, note, made_at
FROM log.checkpoint
WHERE collection = $1 AND ($2::bigint IS NULL OR size >= $2)
ORDER BY CASE WHEN $2::bigint IS NULL THEN -size ELSE size END
LIMIT 1;

-- name: read_checkpoints
-- Return the checkpoints of sizes above $2, the smallest first, at most $3.
-- $1 collection text, $2 size bigint, $3 count bigint
SELECT size, lineage, root, edge, note, made_at
FROM log.checkpoint
WHERE collection = $1 AND size > $2
ORDER BY size
LIMIT $3;

-- name: read_leaf
-- Return what the leaf of a position is made from; id, salt and body are empty where the record was erased.
-- $1 collection text, $2 position bigint
SELECT position, type, version, recorded_at, header_hash, id, salt, body
FROM log.record
WHERE collection = $1 AND position = $2;

-- name: read_salts
-- Return the salts of the positions behind $2, at most $3; none where a record was erased.
-- $1 collection text, $2 position bigint, $3 count bigint
SELECT position, salt, header_hash
FROM log.record
WHERE collection = $1 AND position > $2
ORDER BY position
LIMIT $3;
