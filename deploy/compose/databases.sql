-- One service's roles and database, as databases.sh names them. Two runs at once take turns.
\getenv service SERVICE
\getenv app_password APP_PASSWORD
\getenv owner_password OWNER_PASSWORD

SELECT pg_advisory_lock(hashtext('soihtu-databases'));

SELECT format('CREATE ROLE %I LOGIN', role)
FROM unnest(ARRAY[:'service' || '_owner', :'service' || '_app']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec

SELECT format('ALTER ROLE %I PASSWORD %L', :'service' || '_owner', :'owner_password')
\gexec

SELECT format('ALTER ROLE %I PASSWORD %L', :'service' || '_app', :'app_password')
\gexec

SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0', :'service', :'service' || '_owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service')
\gexec

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'service')
\gexec

SELECT format('GRANT CONNECT ON DATABASE %I TO %I', :'service', :'service' || '_app')
\gexec
