-- The schema after all migrations, as pg_dump shows it. Generated: python -m tests.architecture.database_schema

CREATE SCHEMA access;

CREATE SCHEMA log;

CREATE SCHEMA projection;

CREATE FUNCTION log.add_partitions(collection_name text, position_upto bigint) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET lock_timeout TO '3s'
    AS $_$
DECLARE
    size constant bigint := 1000000;
    -- No other table or index of this schema is named so, whatever the collection is called.
    parent text := 'record_of_' || collection_name;
    leaf text;
    made integer := 0;
BEGIN
    IF collection_name !~ '^_?[a-z0-9][a-z0-9-]{0,39}$' THEN
        RAISE EXCEPTION 'not a collection name: %', collection_name USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF position_upto > 4 * size + coalesce((SELECT max(head.position) FROM log.head AS head
                                            WHERE head.collection = collection_name), 0) THEN
        RAISE EXCEPTION 'no partitions that far ahead of the head: %', position_upto
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass(format('log.%I', parent)) IS NULL THEN
        EXECUTE format('CREATE TABLE log.%I (LIKE log.record INCLUDING DEFAULTS INCLUDING CONSTRAINTS, '
                       'CONSTRAINT %I CHECK (collection = %L)) PARTITION BY RANGE (position)',
                       parent, parent || '_of', collection_name);
        EXECUTE format('CREATE TRIGGER record_no_truncate BEFORE TRUNCATE ON log.%I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change()', parent);
        EXECUTE format('ALTER TABLE log.%I ENABLE ALWAYS TRIGGER record_no_truncate', parent);
        EXECUTE format('ALTER TABLE log.record ATTACH PARTITION log.%I FOR VALUES IN (%L)', parent, collection_name);
        EXECUTE format('ALTER TABLE log.%I ENABLE ALWAYS TRIGGER record_append_only', parent);
        made := made + 1;
    END IF;
    FOR number IN 0 .. (position_upto / size)::integer LOOP
        leaf := parent || '_' || number;
        CONTINUE WHEN to_regclass(format('log.%I', leaf)) IS NOT NULL;
        EXECUTE format('CREATE TABLE log.%I (LIKE log.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS, '
                       'CONSTRAINT %I CHECK (position >= %s AND position < %s))',
                       leaf, parent, leaf || '_range', number * size, (number + 1) * size);
        EXECUTE format('CREATE TRIGGER record_no_truncate BEFORE TRUNCATE ON log.%I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change()', leaf);
        EXECUTE format('ALTER TABLE log.%I ENABLE ALWAYS TRIGGER record_no_truncate', leaf);
        EXECUTE format('ALTER TABLE log.%I ATTACH PARTITION log.%I FOR VALUES FROM (%s) TO (%s)',
                       parent, leaf, number * size, (number + 1) * size);
        EXECUTE format('ALTER TABLE log.%I ENABLE ALWAYS TRIGGER record_append_only', leaf);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$_$;

CREATE FUNCTION log.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    -- The one exception: the eraser may empty what names or quotes somebody, and nothing else.
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME LIKE 'record\_of\_%' AND current_user = 'chronology_eraser' THEN
        IF NEW.id IS NULL AND NEW.salt IS NULL AND NEW.body IS NULL
           AND (NEW.collection, NEW.position, NEW.type, NEW.version, NEW.recorded_at, NEW.stream_sequence, NEW.header_hash)
             = (OLD.collection, OLD.position, OLD.type, OLD.version, OLD.recorded_at, OLD.stream_sequence, OLD.header_hash)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION projection.create_schema(schema_name text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $_$
BEGIN
    IF schema_name !~ '^[a-z][a-z_]{0,39}_[0-9]{1,9}$' THEN
        RAISE EXCEPTION 'not a name of a build: %', schema_name USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('CREATE SCHEMA %I AUTHORIZATION chronology_service', schema_name);
END
$_$;

CREATE FUNCTION projection.digest(schema_name text, table_name text, collection_name text, OUT row_count bigint, OUT digest text) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog'
    AS $_$
BEGIN
    EXECUTE format('SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text || ''/'' '
                   '|| coalesce(sum(hashtextextended(t::text, 1)::numeric), 0)::text FROM %I.%I AS t WHERE t.collection = $1',
                   schema_name, table_name)
    INTO row_count, digest USING collection_name;
END
$_$;

CREATE FUNCTION projection.drop_schema(schema_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $_$
BEGIN
    IF schema_name !~ '^[a-z][a-z_]{0,39}_[0-9]{1,9}$' THEN
        RAISE EXCEPTION 'not a name of a build: %', schema_name USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', schema_name);
END
$_$;

CREATE TABLE access.secret (
    name text NOT NULL COLLATE pg_catalog."C",
    value bytea NOT NULL
);

COMMENT ON TABLE access.secret IS 'Secrets that all processes of a service share and that may be lost: cursors are signed with one.';

CREATE TABLE log.checkpoint (
    collection text NOT NULL COLLATE pg_catalog."C",
    size bigint NOT NULL,
    lineage text NOT NULL,
    root bytea NOT NULL,
    edge bytea NOT NULL,
    note text NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT checkpoint_edge_length CHECK ((length(edge) = (32 * (size % (256)::bigint)))),
    CONSTRAINT checkpoint_root_length CHECK ((length(root) = 32)),
    CONSTRAINT checkpoint_size_positive CHECK ((size >= 1))
);
ALTER TABLE ONLY log.checkpoint ALTER COLUMN edge SET STORAGE EXTERNAL;

COMMENT ON TABLE log.checkpoint IS 'Signed heads of the tree (c2sp.org/tlog-checkpoint). `edge` holds the leaf hashes behind the last full tile.';

CREATE TABLE log.dead_letter (
    collection text NOT NULL COLLATE pg_catalog."C",
    stream_created text NOT NULL,
    stream_sequence bigint NOT NULL,
    subject text NOT NULL,
    raw bytea NOT NULL,
    reason text NOT NULL
);

COMMENT ON TABLE log.dead_letter IS 'Messages without a readable envelope, or of a type that their subject may not carry.';

CREATE TABLE log.dead_letter_resent (
    collection text NOT NULL COLLATE pg_catalog."C",
    stream_created text NOT NULL,
    stream_sequence bigint NOT NULL,
    resent_sequence bigint NOT NULL,
    resent_by text NOT NULL,
    resent_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE log.dead_letter_resent IS 'Which dead letters a person mended and sent again, and as which message.';

CREATE TABLE log.head (
    collection text NOT NULL COLLATE pg_catalog."C",
    lineage text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    "position" bigint NOT NULL,
    stream_sequence bigint NOT NULL,
    stream_created text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    closed_position bigint,
    rules_number integer DEFAULT 0 NOT NULL,
    holes_until bigint DEFAULT 0 NOT NULL,
    halted_reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT head_position_positive CHECK (("position" >= 1)),
    CONSTRAINT head_stream_sequence_positive CHECK ((stream_sequence >= 0))
)
WITH (fillfactor='10');

COMMENT ON TABLE log.head IS 'One row a collection: the last position, how far its stream has been read, why its appender halted ("" while it runs).';

COMMENT ON COLUMN log.head.holes_until IS 'Up to this stream sequence an operator accepted that messages are missing.';

CREATE TABLE log.id_conflict (
    collection text NOT NULL COLLATE pg_catalog."C",
    stream_created text NOT NULL,
    stream_sequence bigint NOT NULL,
    id bytea NOT NULL,
    "position" bigint NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL
);

COMMENT ON TABLE log.id_conflict IS 'A known id that came again with another body: kept, counted and shown, never silently dropped.';

CREATE TABLE log.leaf_tile (
    collection text NOT NULL COLLATE pg_catalog."C",
    index bigint NOT NULL,
    hashes bytea NOT NULL,
    CONSTRAINT leaf_tile_is_full CHECK ((length(hashes) = 8192))
);
ALTER TABLE ONLY log.leaf_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

COMMENT ON TABLE log.leaf_tile IS 'The leaf hashes of the positions index * 256 + 1 to (index + 1) * 256: what the records hashed to when they were new.';

CREATE TABLE log.lineage (
    collection text NOT NULL COLLATE pg_catalog."C",
    from_position bigint NOT NULL,
    lineage text NOT NULL
);

COMMENT ON TABLE log.lineage IS 'From which position on a log has had which lineage; one row, unless an operator had to declare a new one.';

CREATE TABLE log.record (
    collection text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    id bytea,
    type text NOT NULL,
    version smallint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    stream_sequence bigint NOT NULL,
    header_hash bytea NOT NULL,
    salt bytea,
    body bytea,
    CONSTRAINT record_header_hash_length CHECK ((length(header_hash) = 32)),
    CONSTRAINT record_position_positive CHECK (("position" >= 1))
)
PARTITION BY LIST (collection);

COMMENT ON TABLE log.record IS 'The log. Positions are 1, 2, 3 … without a gap, in commit order. id, salt and body are empty where a record was erased.';

CREATE TABLE log.record_id (
    collection text NOT NULL COLLATE pg_catalog."C",
    id bytea NOT NULL,
    "position" bigint NOT NULL
);

COMMENT ON TABLE log.record_id IS 'Every id that the log holds: what comes twice is known by it.';

CREATE TABLE log.subtree (
    collection text NOT NULL COLLATE pg_catalog."C",
    level smallint NOT NULL,
    index bigint NOT NULL,
    root bytea NOT NULL,
    CONSTRAINT subtree_level_positive CHECK ((level >= 1)),
    CONSTRAINT subtree_root_length CHECK ((length(root) = 32))
);

COMMENT ON TABLE log.subtree IS 'The roots over 256 ^ level leaves each, from index * 256 ^ level on.';

CREATE TABLE log.verdict (
    collection text NOT NULL COLLATE pg_catalog."C",
    command_id bytea NOT NULL,
    stream_sequence bigint NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    "position" bigint,
    request_hash bytea NOT NULL,
    CONSTRAINT verdict_outcome_known CHECK ((outcome = ANY (ARRAY['accepted'::text, 'refused'::text]))),
    CONSTRAINT verdict_position_if_accepted CHECK (((outcome = 'accepted'::text) = ("position" IS NOT NULL)))
);

COMMENT ON TABLE log.verdict IS 'What the appender judged of each command, refusals too. request_hash is of the body without the instant of its author.';

CREATE TABLE projection.build (
    projection text NOT NULL COLLATE pg_catalog."C",
    build integer NOT NULL,
    version integer NOT NULL,
    state text NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT build_positive CHECK ((build >= 1)),
    CONSTRAINT build_state_known CHECK ((state = ANY (ARRAY['live'::text, 'stopped'::text, 'dropped'::text])))
);

COMMENT ON TABLE projection.build IS 'Every build is kept up to date, the one that is read and those beside it; a stopped one says why in `error`. Numbers of dropped ones are not used again: cursors name them.';

CREATE TABLE projection.current (
    projection text NOT NULL COLLATE pg_catalog."C",
    build integer NOT NULL,
    previous integer,
    switched_by text NOT NULL,
    switched_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE projection.current IS 'The build that readers see. To switch is to update this one row.';

CREATE TABLE public.chronology_migration (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY access.secret
    ADD CONSTRAINT secret_pkey PRIMARY KEY (name);

ALTER TABLE ONLY log.checkpoint
    ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (collection, size);

ALTER TABLE ONLY log.dead_letter
    ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (collection, stream_created, stream_sequence);

ALTER TABLE ONLY log.dead_letter_resent
    ADD CONSTRAINT dead_letter_resent_pkey PRIMARY KEY (collection, stream_created, stream_sequence, resent_sequence);

ALTER TABLE ONLY log.head
    ADD CONSTRAINT head_pkey PRIMARY KEY (collection);

ALTER TABLE ONLY log.id_conflict
    ADD CONSTRAINT id_conflict_pkey PRIMARY KEY (collection, stream_created, stream_sequence);

ALTER TABLE ONLY log.leaf_tile
    ADD CONSTRAINT leaf_tile_pkey PRIMARY KEY (collection, index);

ALTER TABLE ONLY log.lineage
    ADD CONSTRAINT lineage_pkey PRIMARY KEY (collection, from_position);

ALTER TABLE ONLY log.record_id
    ADD CONSTRAINT record_id_pkey PRIMARY KEY (collection, id);

ALTER TABLE ONLY log.record
    ADD CONSTRAINT record_pkey PRIMARY KEY (collection, "position");

ALTER TABLE ONLY log.subtree
    ADD CONSTRAINT subtree_pkey PRIMARY KEY (collection, level, index);

ALTER TABLE ONLY log.verdict
    ADD CONSTRAINT verdict_pkey PRIMARY KEY (collection, command_id);

ALTER TABLE ONLY projection.build
    ADD CONSTRAINT build_pkey PRIMARY KEY (projection, build);

ALTER TABLE ONLY projection.current
    ADD CONSTRAINT current_pkey PRIMARY KEY (projection);

ALTER TABLE ONLY public.chronology_migration
    ADD CONSTRAINT chronology_migration_pkey PRIMARY KEY (number);

CREATE TRIGGER checkpoint_append_only BEFORE DELETE OR UPDATE ON log.checkpoint FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.checkpoint ENABLE ALWAYS TRIGGER checkpoint_append_only;

CREATE TRIGGER checkpoint_no_truncate BEFORE TRUNCATE ON log.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.checkpoint ENABLE ALWAYS TRIGGER checkpoint_no_truncate;

CREATE TRIGGER dead_letter_append_only BEFORE DELETE OR UPDATE ON log.dead_letter FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.dead_letter ENABLE ALWAYS TRIGGER dead_letter_append_only;

CREATE TRIGGER dead_letter_no_truncate BEFORE TRUNCATE ON log.dead_letter FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.dead_letter ENABLE ALWAYS TRIGGER dead_letter_no_truncate;

CREATE TRIGGER dead_letter_resent_append_only BEFORE DELETE OR UPDATE ON log.dead_letter_resent FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.dead_letter_resent ENABLE ALWAYS TRIGGER dead_letter_resent_append_only;

CREATE TRIGGER dead_letter_resent_no_truncate BEFORE TRUNCATE ON log.dead_letter_resent FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.dead_letter_resent ENABLE ALWAYS TRIGGER dead_letter_resent_no_truncate;

CREATE TRIGGER id_conflict_append_only BEFORE DELETE OR UPDATE ON log.id_conflict FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.id_conflict ENABLE ALWAYS TRIGGER id_conflict_append_only;

CREATE TRIGGER id_conflict_no_truncate BEFORE TRUNCATE ON log.id_conflict FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.id_conflict ENABLE ALWAYS TRIGGER id_conflict_no_truncate;

CREATE TRIGGER leaf_tile_append_only BEFORE DELETE OR UPDATE ON log.leaf_tile FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.leaf_tile ENABLE ALWAYS TRIGGER leaf_tile_append_only;

CREATE TRIGGER leaf_tile_no_truncate BEFORE TRUNCATE ON log.leaf_tile FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.leaf_tile ENABLE ALWAYS TRIGGER leaf_tile_no_truncate;

CREATE TRIGGER lineage_append_only BEFORE DELETE OR UPDATE ON log.lineage FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.lineage ENABLE ALWAYS TRIGGER lineage_append_only;

CREATE TRIGGER lineage_no_truncate BEFORE TRUNCATE ON log.lineage FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.lineage ENABLE ALWAYS TRIGGER lineage_no_truncate;

CREATE TRIGGER record_append_only BEFORE DELETE OR UPDATE ON log.record FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.record ENABLE ALWAYS TRIGGER record_append_only;

CREATE TRIGGER record_id_append_only BEFORE UPDATE ON log.record_id FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.record_id ENABLE ALWAYS TRIGGER record_id_append_only;

CREATE TRIGGER record_id_no_truncate BEFORE TRUNCATE ON log.record_id FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.record_id ENABLE ALWAYS TRIGGER record_id_no_truncate;

CREATE TRIGGER record_no_truncate BEFORE TRUNCATE ON log.record FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.record ENABLE ALWAYS TRIGGER record_no_truncate;

CREATE TRIGGER subtree_append_only BEFORE DELETE OR UPDATE ON log.subtree FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.subtree ENABLE ALWAYS TRIGGER subtree_append_only;

CREATE TRIGGER subtree_no_truncate BEFORE TRUNCATE ON log.subtree FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.subtree ENABLE ALWAYS TRIGGER subtree_no_truncate;

CREATE TRIGGER verdict_append_only BEFORE DELETE OR UPDATE ON log.verdict FOR EACH ROW EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.verdict ENABLE ALWAYS TRIGGER verdict_append_only;

CREATE TRIGGER verdict_no_truncate BEFORE TRUNCATE ON log.verdict FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.verdict ENABLE ALWAYS TRIGGER verdict_no_truncate;

ALTER TABLE ONLY projection.current
    ADD CONSTRAINT current_is_a_build FOREIGN KEY (projection, build) REFERENCES projection.build(projection, build);

GRANT USAGE ON SCHEMA access TO chronology_service;

GRANT USAGE ON SCHEMA log TO chronology_service;
GRANT USAGE ON SCHEMA log TO chronology_eraser;

GRANT USAGE ON SCHEMA projection TO chronology_service;

REVOKE ALL ON FUNCTION log.add_partitions(collection_name text, position_upto bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION log.add_partitions(collection_name text, position_upto bigint) TO chronology_service;

REVOKE ALL ON FUNCTION projection.create_schema(schema_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION projection.create_schema(schema_name text) TO chronology_service;

REVOKE ALL ON FUNCTION projection.digest(schema_name text, table_name text, collection_name text, OUT row_count bigint, OUT digest text) FROM PUBLIC;
GRANT ALL ON FUNCTION projection.digest(schema_name text, table_name text, collection_name text, OUT row_count bigint, OUT digest text) TO chronology_service;

REVOKE ALL ON FUNCTION projection.drop_schema(schema_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION projection.drop_schema(schema_name text) TO chronology_service;

GRANT SELECT ON TABLE access.secret TO chronology_service;

GRANT SELECT,INSERT ON TABLE log.checkpoint TO chronology_service;

GRANT SELECT,INSERT ON TABLE log.dead_letter TO chronology_service;

GRANT SELECT,INSERT ON TABLE log.dead_letter_resent TO chronology_service;

GRANT SELECT,INSERT,UPDATE ON TABLE log.head TO chronology_service;

GRANT SELECT,INSERT ON TABLE log.id_conflict TO chronology_service;

GRANT SELECT,INSERT ON TABLE log.leaf_tile TO chronology_service;

GRANT SELECT,INSERT ON TABLE log.lineage TO chronology_service;

GRANT SELECT,INSERT ON TABLE log.record TO chronology_service;
GRANT SELECT ON TABLE log.record TO chronology_eraser;

GRANT UPDATE(id) ON TABLE log.record TO chronology_eraser;

GRANT UPDATE(salt) ON TABLE log.record TO chronology_eraser;

GRANT UPDATE(body) ON TABLE log.record TO chronology_eraser;

GRANT SELECT,INSERT ON TABLE log.record_id TO chronology_service;
GRANT SELECT,DELETE ON TABLE log.record_id TO chronology_eraser;

GRANT SELECT,INSERT ON TABLE log.subtree TO chronology_service;

GRANT SELECT,INSERT ON TABLE log.verdict TO chronology_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.build TO chronology_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.current TO chronology_service;

GRANT SELECT ON TABLE public.chronology_migration TO chronology_service;
