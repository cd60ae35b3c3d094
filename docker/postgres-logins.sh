#!/bin/sh
# Run once by the image of PostgreSQL, when it makes the database: the user as whom the API and the relay connect. He is
# a member of the role that may record and read, and neither change nor delete an event; what it may, `sla-ledger db
# roles` says.
set -eu
psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --set=password="$LEDGER_PASSWORD" \
    --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
CREATE ROLE sla_ledger_writer NOLOGIN;
CREATE ROLE sla_ledger_app LOGIN PASSWORD :'password' IN ROLE sla_ledger_writer;
SQL
