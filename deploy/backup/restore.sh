#!/bin/sh
# Back from a backup into an empty database and an object folder:
#   DATABASE_URL=postgresql://... BACKUP=/backups OBJECTS=/path/of/objects ./restore.sh [/backups/database/....dump]
set -eu
: "${DATABASE_URL:?}" "${BACKUP:?}"
dump="${1:-$(find "$BACKUP/database" -name '*.dump' | sort | tail -n 1)}"
[ -n "$dump" ] || { echo "there is no backup in $BACKUP" >&2; exit 1; }
pg_restore --exit-on-error --no-owner --dbname="$DATABASE_URL" "$dump"
if [ -n "${MINIO:-}" ]; then
    mc mirror "$BACKUP/objects" "$MINIO"
elif [ -n "${OBJECTS:-}" ]; then
    mkdir -p "$OBJECTS" && cp -a "$BACKUP/objects/." "$OBJECTS/"
fi
echo "restored from $dump"
