-- name: read_secret
-- Return a secret that all processes of the service share.
-- $1 name text
SELECT value FROM access.secret WHERE name = $1;
