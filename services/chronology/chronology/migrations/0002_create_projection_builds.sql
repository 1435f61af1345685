-- Which builds of each projection group there are, and which one is read. A build's own tables live in a schema of its own.

CREATE SCHEMA projection;

CREATE TABLE projection.build (
    projection text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    version integer NOT NULL,
    state text NOT NULL,
    error text NOT NULL DEFAULT '',
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT build_pkey PRIMARY KEY (projection, build),
    CONSTRAINT build_positive CHECK (build >= 1),
    CONSTRAINT build_state_known CHECK (state IN ('live', 'stopped', 'dropped'))
);
COMMENT ON TABLE projection.build IS 'Every build is kept up to date, the one that is read and those beside it; a stopped one says why in `error`. Numbers of dropped ones are not used again: cursors name them.';

CREATE TABLE projection.current (
    projection text COLLATE "C" PRIMARY KEY,
    build integer NOT NULL,
    previous integer,
    switched_by text NOT NULL,
    switched_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT current_is_a_build FOREIGN KEY (projection, build) REFERENCES projection.build (projection, build)
);
COMMENT ON TABLE projection.current IS 'The build that readers see. To switch is to update this one row.';

GRANT USAGE ON SCHEMA projection TO chronology_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON projection.build, projection.current TO chronology_service;

-- Makes the schema in which a build's tables live. The service owns it, and so may drop it: projections are disposable.
-- The function runs as its owner because a right on the whole database would be lost in a copy or a restore of it.
CREATE FUNCTION projection.create_schema(schema_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF schema_name !~ '^[a-z][a-z_]{0,39}_[0-9]{1,9}$' THEN
        RAISE EXCEPTION 'not a name of a build: %', schema_name USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('CREATE SCHEMA %I AUTHORIZATION chronology_service', schema_name);
END
$$;

CREATE FUNCTION projection.drop_schema(schema_name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF schema_name !~ '^[a-z][a-z_]{0,39}_[0-9]{1,9}$' THEN
        RAISE EXCEPTION 'not a name of a build: %', schema_name USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', schema_name);
END
$$;

-- Counts and digests the rows of one table that belong to a collection. The digest does not depend on their order.
CREATE FUNCTION projection.digest(schema_name text, table_name text, collection_name text, OUT row_count bigint, OUT digest text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text || ''/'' '
                   '|| coalesce(sum(hashtextextended(t::text, 1)::numeric), 0)::text FROM %I.%I AS t WHERE t.collection = $1',
                   schema_name, table_name)
    INTO row_count, digest USING collection_name;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA projection FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA projection TO chronology_service;

CREATE SCHEMA access;

CREATE TABLE access.secret (
    name text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
);
COMMENT ON TABLE access.secret IS 'Secrets that all processes of a service share and that may be lost: cursors are signed with one.';
INSERT INTO access.secret (name, value)
VALUES ('cursor', uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

GRANT USAGE ON SCHEMA access TO chronology_service;
GRANT SELECT ON access.secret TO chronology_service;
