-- How far a build has read each collection: made in every build's schema, before the projection's own tables.

CREATE TABLE progress (
    collection text COLLATE "C" PRIMARY KEY,
    position bigint NOT NULL,
    error text NOT NULL DEFAULT ''
);
COMMENT ON COLUMN progress.error IS 'Why the build stands still in this collection; "" while it goes on.';
