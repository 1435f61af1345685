-- The Merkle tree over the leaves of each log, as far as it never changes any more, and its signed checkpoints.

CREATE TABLE log.leaf_tile (
    collection text COLLATE "C" NOT NULL,
    index bigint NOT NULL,
    hashes bytea NOT NULL,
    CONSTRAINT leaf_tile_pkey PRIMARY KEY (collection, index),
    CONSTRAINT leaf_tile_is_full CHECK (length(hashes) = 8192)
);
-- Hashes cannot be compressed, and are always read whole.
ALTER TABLE log.leaf_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
COMMENT ON TABLE log.leaf_tile IS 'The leaf hashes of the positions index * 256 + 1 to (index + 1) * 256: what the records hashed to when they were new.';

CREATE TABLE log.subtree (
    collection text COLLATE "C" NOT NULL,
    level smallint NOT NULL,
    index bigint NOT NULL,
    root bytea NOT NULL,
    CONSTRAINT subtree_pkey PRIMARY KEY (collection, level, index),
    CONSTRAINT subtree_level_positive CHECK (level >= 1),
    CONSTRAINT subtree_root_length CHECK (length(root) = 32)
);
COMMENT ON TABLE log.subtree IS 'The roots over 256 ^ level leaves each, from index * 256 ^ level on.';

CREATE TABLE log.checkpoint (
    collection text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    lineage text NOT NULL,
    root bytea NOT NULL,
    edge bytea NOT NULL,
    note text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT checkpoint_pkey PRIMARY KEY (collection, size),
    CONSTRAINT checkpoint_size_positive CHECK (size >= 1),
    CONSTRAINT checkpoint_root_length CHECK (length(root) = 32),
    CONSTRAINT checkpoint_edge_length CHECK (length(edge) = 32 * (size % 256))
);
ALTER TABLE log.checkpoint ALTER COLUMN edge SET STORAGE EXTERNAL;
COMMENT ON TABLE log.checkpoint IS 'Signed heads of the tree (c2sp.org/tlog-checkpoint). `edge` holds the leaf hashes behind the last full tile.';

DO $$
DECLARE
    beside text;
BEGIN
    FOREACH beside IN ARRAY ARRAY['leaf_tile', 'subtree', 'checkpoint'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON log.%I '
                       'FOR EACH ROW EXECUTE FUNCTION log.refuse_change()', beside || '_append_only', beside);
        EXECUTE format('ALTER TABLE log.%I ENABLE ALWAYS TRIGGER %I', beside, beside || '_append_only');
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON log.%I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change()', beside || '_no_truncate', beside);
        EXECUTE format('ALTER TABLE log.%I ENABLE ALWAYS TRIGGER %I', beside, beside || '_no_truncate');
    END LOOP;
END
$$;

GRANT SELECT, INSERT ON log.leaf_tile, log.subtree, log.checkpoint TO chronology_service;
