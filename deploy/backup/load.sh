#!/bin/sh
# Brings a backup back, all or nothing: into a new database and a new folder beside those that are there, which take their
# names once everything that the backup lists has arrived. What was there is kept under another name; a failure leaves it as
# it was. The account must be allowed to make databases and extensions; stop the workbench first.
#   DATABASE_URL=postgresql://... BACKUP=/backups OBJECTS=/path/of/objects ./load.sh [/backups/database/....dump]
set -eu
: "${DATABASE_URL:?}" "${BACKUP:?}"
here="$(cd "$(dirname "$0")" && pwd)"
stamp="$(date -u +%Y%m%d%H%M%S)"

left="nothing was changed"
fail() {
    echo "load: $1; $left" >&2
    exit 1
}

parameters=""
case "$DATABASE_URL" in *\?*) parameters="?${DATABASE_URL#*\?}" ;; esac
address="${DATABASE_URL%%\?*}"
name="${address##*/}"
case "$name" in "" | *[!A-Za-z0-9_-]*) fail "DATABASE_URL ends in no plain name of a database" ;; esac
new="${name}_restore_$stamp"
old="${name}_before_$stamp"

sql() { # database, then psql's arguments
    url="${address%/*}/$1$parameters"
    shift
    psql -X --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@" "$url"
}

dump="${1:-$(find "$BACKUP/database" -name '*.dump' | LC_ALL=C sort | tail -n 1)}"
[ -n "$dump" ] || fail "there is no backup in $BACKUP"
[ -f "$dump" ] || fail "there is no $dump"
contents="${dump%.dump}.contents" objects="${dump%.dump}.objects"
[ -f "$contents" ] && [ -f "$objects" ] || fail "$dump has no list of its contents, so the restore cannot be verified"

work="$(mktemp -d)"
staged=""
is_made=0
undo() {
    [ "$is_made" = 0 ] || sql postgres -c "drop database if exists \"$new\" with (force)" || true
    [ -z "$staged" ] || rm -rf "$staged"
    rm -rf "$work"
}
trap undo EXIT

pg_restore --list "$dump" >"$work/list" || fail "$dump cannot be read"
major="$(sql postgres -c "select current_setting('server_version_num')::int / 10000")" || fail "the server cannot be reached"
dumped="$(sed -n 's/^; *Dumped by pg_dump version: \([0-9]*\).*/\1/p' "$work/list")"
[ "${dumped:-0}" -le "$major" ] || fail "the dump is by pg_dump $dumped, and the server is PostgreSQL $major: dump with version $major"

lacks() { # the objects that the backup lists and a folder has not, in their size
    (cd "$1" && find . -type f -exec stat -c '%s %n' {} + | LC_ALL=C sort) | LC_ALL=C comm -23 "$objects" - >"$work/lacking"
    [ -s "$work/lacking" ]
}
! lacks "$BACKUP/objects" || fail "the backup lacks the object $(head -n 1 "$work/lacking" | cut -d ' ' -f 2-)"
if [ -z "${MINIO:-}" ] && [ -n "${OBJECTS:-}" ]; then
    OBJECTS="${OBJECTS%/}"
    staged="$OBJECTS.restore-$stamp"
    mkdir -p "$staged"
    cp -a "$BACKUP/objects/." "$staged/" || fail "the objects cannot be copied"
    ! lacks "$staged" || fail "the object $(head -n 1 "$work/lacking" | cut -d ' ' -f 2-) did not arrive whole"
fi

sql postgres -c "create database \"$new\" template template0" || fail "the account cannot make a database"
is_made=1
version="$(sed -n 's/^extension timescaledb //p' "$contents")"
if [ -n "$version" ]; then
    # Chunks find their hypertables only in this mode, in which the extension leaves what is written alone.
    sql "$new" -c "create extension timescaledb version '$version'" || fail "the server has not TimescaleDB $version"
    sql "$new" -c "select timescaledb_pre_restore()" >/dev/null || fail "TimescaleDB cannot be made ready"
fi
pg_restore --exit-on-error --no-owner --dbname="${address%/*}/$new$parameters" "$dump" || fail "the dump did not come back"
[ -z "$version" ] || sql "$new" -c "select timescaledb_post_restore()" >/dev/null || fail "TimescaleDB does not go on"
sql "$new" -c "analyze"
sql "$new" -f "$here/contents.sql" >"$work/unsorted" || fail "what came back cannot be listed"
LC_ALL=C sort "$work/unsorted" >"$work/contents"
if ! diff "$contents" "$work/contents" >"$work/differences"; then
    head -n 20 "$work/differences" >&2
    fail "what came back is not what the backup lists ($(grep -c '^[<>]' "$work/differences") lines differ, < of the backup)"
fi

if [ -n "${MINIO:-}" ]; then
    left="the database was not changed, and objects that came to $MINIO stay there, which harms nothing"
    mc mirror "$BACKUP/objects" "$MINIO" || fail "the objects cannot be copied"
    there="$(mc ls --recursive "$MINIO" | wc -l)"
    [ "$there" -ge "$(wc -l <"$objects")" ] || fail "$MINIO holds $there objects, fewer than the backup lists"
fi

# From here on both take the place of what was there, and go back together when that fails.
if [ -n "$staged" ]; then
    [ ! -e "$OBJECTS" ] || mv "$OBJECTS" "$OBJECTS.before-$stamp" || fail "$OBJECTS cannot be moved; is it a mount point?"
    mv "$staged" "$OBJECTS"
fi
if ! sql postgres -f - <<END
select count(*) as is_there from pg_database where datname = '$name' \gset
alter database "$new" with allow_connections false;
select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '$new' \g /dev/null
\if :is_there
alter database "$name" with allow_connections false;
select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '$name' \g /dev/null
\endif
begin;
\if :is_there
alter database "$name" rename to "$old";
alter database "$old" with allow_connections true;
\endif
alter database "$new" rename to "$name";
alter database "$name" with allow_connections true;
commit;
END
then
    sql postgres -c "alter database \"$name\" with allow_connections true" || true
    if [ -n "$staged" ]; then
        mv "$OBJECTS" "$staged"
        [ ! -e "$OBJECTS.before-$stamp" ] || mv "$OBJECTS.before-$stamp" "$OBJECTS"
    fi
    fail "the database cannot take the name $name"
fi
is_made=0 staged=""
[ -z "$version" ] || sql "$name" -c "select _timescaledb_functions.start_background_workers()" >/dev/null
echo "restored from $dump: $(grep -c '^table ' "$contents") tables and $(wc -l <"$objects") objects, all as listed"
if [ -n "$(sql postgres -c "select 1 from pg_database where datname = '$old'")" ]; then
    echo "what was there before is kept as the database $old; drop it when all is well"
fi
[ -z "${OBJECTS:-}" ] || [ ! -e "${OBJECTS%/}.before-$stamp" ] || echo "and as the folder $OBJECTS.before-$stamp"
