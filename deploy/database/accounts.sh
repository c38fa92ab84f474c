#!/bin/sh
# Makes the database account of the application and gives it the password of the secret. It owns no table: `workbench migrate`, by
# the owner's account, gives it the right to read and write rows, and to add to the audit trail.
#   PGHOST, PGPORT, PGUSER, PGDATABASE   the server, the owner's account and the database; the password is in the secret
set -eu
secrets="${SECRETS_FOLDER:-/run/secrets}"
PGPASSWORD="$(cat "$secrets/database_password")"
export PGPASSWORD SECRETS_FOLDER="$secrets"
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\set password `cat "$SECRETS_FOLDER/database_application_password"`
select 'create role workbench_application login'
where not exists (select from pg_roles where rolname = 'workbench_application') \gexec
alter role workbench_application password :'password' nosuperuser nocreatedb nocreaterole;
SQL
