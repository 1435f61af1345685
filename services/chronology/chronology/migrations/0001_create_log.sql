-- The append-only log: its records, the ids it knows, its heads, verdicts and dead letters, and who may do what to them.

DO $$
BEGIN
    CREATE ROLE chronology_service NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;

DO $$
BEGIN
    CREATE ROLE chronology_eraser NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;

-- Whoever migrates must be able to step down into the roles that the services run as.
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'chronology_service', 'SET') THEN
        EXECUTE format('GRANT chronology_service, chronology_eraser TO %I', current_user);
    END IF;
END
$$;

CREATE SCHEMA log;

CREATE TABLE log.head (
    collection text COLLATE "C" PRIMARY KEY,
    lineage text NOT NULL,
    title text NOT NULL DEFAULT '',
    position bigint NOT NULL,
    stream_sequence bigint NOT NULL,
    stream_created text NOT NULL,
    recorded_at timestamptz NOT NULL,
    closed_position bigint,
    rules_number integer NOT NULL DEFAULT 0,
    holes_until bigint NOT NULL DEFAULT 0,
    halted_reason text NOT NULL DEFAULT '',
    CONSTRAINT head_position_positive CHECK (position >= 1),
    CONSTRAINT head_stream_sequence_positive CHECK (stream_sequence >= 0)
) WITH (fillfactor = 10);
COMMENT ON COLUMN log.head.holes_until IS 'Up to this stream sequence an operator accepted that messages are missing.';
COMMENT ON TABLE log.head IS 'One row a collection: the last position, how far its stream has been read, why its appender halted ("" while it runs).';

CREATE TABLE log.lineage (
    collection text COLLATE "C" NOT NULL,
    from_position bigint NOT NULL,
    lineage text NOT NULL,
    CONSTRAINT lineage_pkey PRIMARY KEY (collection, from_position)
);
COMMENT ON TABLE log.lineage IS 'From which position on a log has had which lineage; one row, unless an operator had to declare a new one.';

CREATE TABLE log.record (
    collection text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    id bytea,
    type text NOT NULL,
    version smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    stream_sequence bigint NOT NULL,
    header_hash bytea NOT NULL,
    salt bytea,
    body bytea,
    CONSTRAINT record_pkey PRIMARY KEY (collection, position),
    CONSTRAINT record_position_positive CHECK (position >= 1),
    CONSTRAINT record_header_hash_length CHECK (length(header_hash) = 32)
) PARTITION BY LIST (collection);
COMMENT ON TABLE log.record IS 'The log. Positions are 1, 2, 3 … without a gap, in commit order. id, salt and body are empty where a record was erased.';

CREATE TABLE log.record_id (
    collection text COLLATE "C" NOT NULL,
    id bytea NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT record_id_pkey PRIMARY KEY (collection, id)
);
COMMENT ON TABLE log.record_id IS 'Every id that the log holds: what comes twice is known by it.';

CREATE TABLE log.id_conflict (
    collection text COLLATE "C" NOT NULL,
    stream_created text NOT NULL,
    stream_sequence bigint NOT NULL,
    id bytea NOT NULL,
    position bigint NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT id_conflict_pkey PRIMARY KEY (collection, stream_created, stream_sequence)
);
COMMENT ON TABLE log.id_conflict IS 'A known id that came again with another body: kept, counted and shown, never silently dropped.';

CREATE TABLE log.verdict (
    collection text COLLATE "C" NOT NULL,
    command_id bytea NOT NULL,
    stream_sequence bigint NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    position bigint,
    request_hash bytea NOT NULL,
    CONSTRAINT verdict_pkey PRIMARY KEY (collection, command_id),
    CONSTRAINT verdict_outcome_known CHECK (outcome IN ('accepted', 'refused')),
    CONSTRAINT verdict_position_if_accepted CHECK ((outcome = 'accepted') = (position IS NOT NULL))
);
COMMENT ON TABLE log.verdict IS 'What the appender judged of each command, refusals too. request_hash is of the body without the instant of its author.';

CREATE TABLE log.dead_letter (
    collection text COLLATE "C" NOT NULL,
    stream_created text NOT NULL,
    stream_sequence bigint NOT NULL,
    subject text NOT NULL,
    raw bytea NOT NULL,
    reason text NOT NULL,
    CONSTRAINT dead_letter_pkey PRIMARY KEY (collection, stream_created, stream_sequence)
);
COMMENT ON TABLE log.dead_letter IS 'Messages without a readable envelope, or of a type that their subject may not carry.';

CREATE TABLE log.dead_letter_resent (
    collection text COLLATE "C" NOT NULL,
    stream_created text NOT NULL,
    stream_sequence bigint NOT NULL,
    resent_sequence bigint NOT NULL,
    resent_by text NOT NULL,
    resent_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dead_letter_resent_pkey PRIMARY KEY (collection, stream_created, stream_sequence, resent_sequence)
);
COMMENT ON TABLE log.dead_letter_resent IS 'Which dead letters a person mended and sent again, and as which message.';

CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

CREATE TRIGGER record_append_only BEFORE UPDATE OR DELETE ON log.record
    FOR EACH ROW EXECUTE FUNCTION log.refuse_change();
ALTER TABLE log.record ENABLE ALWAYS TRIGGER record_append_only;
CREATE TRIGGER record_no_truncate BEFORE TRUNCATE ON log.record
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
ALTER TABLE log.record ENABLE ALWAYS TRIGGER record_no_truncate;

DO $$
DECLARE
    beside text;
BEGIN
    FOREACH beside IN ARRAY ARRAY['lineage', 'id_conflict', 'verdict', 'dead_letter', 'dead_letter_resent'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON log.%I '
                       'FOR EACH ROW EXECUTE FUNCTION log.refuse_change()', beside || '_append_only', beside);
        EXECUTE format('ALTER TABLE log.%I ENABLE ALWAYS TRIGGER %I', beside, beside || '_append_only');
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON log.%I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change()', beside || '_no_truncate', beside);
        EXECUTE format('ALTER TABLE log.%I ENABLE ALWAYS TRIGGER %I', beside, beside || '_no_truncate');
    END LOOP;
END
$$;

-- Of the ids, the eraser may forget some; nobody may change one.
CREATE TRIGGER record_id_append_only BEFORE UPDATE ON log.record_id
    FOR EACH ROW EXECUTE FUNCTION log.refuse_change();
ALTER TABLE log.record_id ENABLE ALWAYS TRIGGER record_id_append_only;
CREATE TRIGGER record_id_no_truncate BEFORE TRUNCATE ON log.record_id
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
ALTER TABLE log.record_id ENABLE ALWAYS TRIGGER record_id_no_truncate;

-- Makes the partitions of one collection that hold the positions up to `position_upto`, 1,000,000 positions each.
-- Returns how many it made. May be repeated. Its locks never wait long: it runs beside a working appender.
CREATE FUNCTION log.add_partitions(collection_name text, position_upto bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '3s' AS $$
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
$$;

REVOKE ALL ON FUNCTION log.add_partitions(text, bigint) FROM PUBLIC;
GRANT USAGE ON SCHEMA log TO chronology_service, chronology_eraser;
GRANT EXECUTE ON FUNCTION log.add_partitions(text, bigint) TO chronology_service;
GRANT SELECT, INSERT, UPDATE ON log.head TO chronology_service;
GRANT SELECT, INSERT ON log.lineage, log.record, log.record_id, log.id_conflict, log.verdict, log.dead_letter, log.dead_letter_resent
    TO chronology_service;
GRANT SELECT ON log.record TO chronology_eraser;
GRANT UPDATE (id, salt, body) ON log.record TO chronology_eraser;
GRANT SELECT, DELETE ON log.record_id TO chronology_eraser;
