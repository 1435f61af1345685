-- name: lock
-- Let one migration run at a time in this database.
-- $1 key bigint
SELECT pg_advisory_xact_lock($1);

-- name: create_history
-- Make the table of what has been applied.
CREATE TABLE IF NOT EXISTS public.chronology_migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: read_history
-- Return what has been applied, in order.
SELECT number, name, sha256 FROM public.chronology_migration ORDER BY number;

-- name: has_history
-- Whether anything has ever been applied here.
SELECT to_regclass('public.chronology_migration') IS NOT NULL;

-- name: note
-- Note that a migration has been applied.
-- $1 number integer, $2 name text, $3 sha256 text
INSERT INTO public.chronology_migration (number, name, sha256) VALUES ($1, $2, $3);

-- name: let_service_read
-- The service looks at the schema's version when it starts.
GRANT SELECT ON public.chronology_migration TO chronology_service;
