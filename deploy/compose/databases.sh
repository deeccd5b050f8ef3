#!/bin/sh
# Gives each service its database and two roles with the passwords of its secrets; again does no harm.
set -eu

password() { sed 's|.*:\([^:@]*\)@.*|\1|' "$1"; }

PGPASSWORD=$(cat /secrets/parts/postgres)
export PGPASSWORD SERVICE APP_PASSWORD OWNER_PASSWORD
for SERVICE in $SERVICES; do
  APP_PASSWORD=$(password "/secrets/$SERVICE/postgres")
  OWNER_PASSWORD=$(password "/secrets/$SERVICE/postgres_owner")
  psql --quiet --no-psqlrc --tuples-only --output /dev/null --set ON_ERROR_STOP=1 \
    --host postgres --username postgres --file /databases.sql postgres
done
