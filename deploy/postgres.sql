-- The logins, made once, by the image's entry point, when the data volume is new. As superuser, in the database chronology.
-- Migrations run as chronology_owner; the running service cannot even log in as that one, and owns nothing of the log.

\set ON_ERROR_STOP on
\getenv owner_password POSTGRES_OWNER_PASSWORD
\getenv service_password POSTGRES_SERVICE_PASSWORD

-- CREATEROLE: the first migration makes the two roles below where they are missing, and asks for that right in any case.
CREATE ROLE chronology_owner LOGIN CREATEROLE PASSWORD :'owner_password';

-- What the service may do is granted to this role by the migrations; what erasure may do, to the other.
CREATE ROLE chronology_service NOLOGIN;
CREATE ROLE chronology_eraser NOLOGIN;
GRANT chronology_service, chronology_eraser TO chronology_owner;

-- NOINHERIT: it has no rights of its own, and takes those of chronology_service when it connects.
CREATE ROLE chronology_login LOGIN NOINHERIT PASSWORD :'service_password';
GRANT chronology_service TO chronology_login;

-- Other logins of the same server have no business here.
ALTER DATABASE :"DBNAME" OWNER TO chronology_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO chronology_login;
