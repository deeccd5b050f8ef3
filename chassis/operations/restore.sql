-- name: server_version()$
-- The server's version, as a number: 180004 is 18.4.
SELECT current_setting('server_version_num')::integer;

-- name: database_exists(name)$
-- Whether there is a database of that name.
SELECT EXISTS (SELECT FROM pg_database WHERE datname = :name);

-- name: sessions(name)
-- Who is connected to a database, with what; PostgreSQL's own vacuum, which is no user's, gives way.
SELECT usename, application_name, count(*) AS sessions FROM pg_stat_activity
WHERE datname = :name AND usesysid IS NOT NULL
GROUP BY usename, application_name ORDER BY usename, application_name;

-- name: statements_of_making(name, owner, app)
-- What makes a database that a service's two roles may use, and nobody else.
SELECT statement
FROM (
    VALUES (1, format('CREATE DATABASE %I OWNER %I TEMPLATE template0', :name::text, :owner::text)),
        (2, format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :name::text)),
        (3, format('GRANT CONNECT ON DATABASE %I TO %I', :name::text, :app::text))
) AS steps (place, statement)
ORDER BY place;

-- name: statement_of_swapping(serving, kept, restored)$
-- What puts a restored database in the place of the serving one, both names in one transaction.
SELECT format('ALTER DATABASE %I RENAME TO %I; ', :serving::text, :kept::text)
    || format('ALTER DATABASE %I RENAME TO %I', :restored::text, :serving::text);

-- name: statement_of_naming(serving, restored)$
-- What gives a restored database the name of a serving one that is no more.
SELECT format('ALTER DATABASE %I RENAME TO %I', :restored::text, :serving::text);

-- name: statement_of_dropping(name)$
-- What removes a database.
SELECT format('DROP DATABASE IF EXISTS %I', :name::text);

-- name: hold_restore(serving)$
-- Takes the one place of who restores that database, for as long as the session lives.
SELECT pg_try_advisory_lock(hashtext('soihtu-restore'), hashtext(:serving));

-- name: statements_of_clearing(beginning)
-- What removes the databases that restores have begun to fill, and whoever is still in them.
SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', datname) AS statement FROM pg_database
WHERE starts_with(datname, :beginning)
    AND substr(datname, length(:beginning) + 1) ~ '^[0-9]{8}_[0-9]{6}$'
ORDER BY datname;

-- name: schema_version()$
-- The migration that the database has had last.
SELECT version_num FROM alembic_version;

-- name: hold_back(backup_of)!
-- Lets nothing be published from a restored database until it was published anew.
INSERT INTO republish_due (backup_of) VALUES (:backup_of)
ON CONFLICT (single) DO UPDATE SET backup_of = excluded.backup_of, restored_at = DEFAULT;
