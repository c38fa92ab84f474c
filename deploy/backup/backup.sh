#!/bin/sh
# One backup: the database by pg_dump, then the objects. The order matters: rows name objects, objects are never changed,
# so objects copied after the rows hold all that the rows name.
#   DATABASE_URL=postgresql://... BACKUP=/backups OBJECTS=/path/of/objects ./backup.sh      (objects in a folder)
#   DATABASE_URL=postgresql://... BACKUP=/backups MINIO=alias/workbench ./backup.sh         (objects in MinIO, by mc)
set -eu
: "${DATABASE_URL:?}" "${BACKUP:?}"
mkdir -p "$BACKUP/database" "$BACKUP/objects"
name="$BACKUP/database/$(date -u +%Y%m%dT%H%M%SZ).dump"
pg_dump --format=custom --compress=6 --file="$name.part" "$DATABASE_URL"
pg_restore --list "$name.part" >/dev/null
mv "$name.part" "$name"
if [ -n "${MINIO:-}" ]; then
    mc mirror --preserve "$MINIO" "$BACKUP/objects"
elif [ -n "${OBJECTS:-}" ]; then
    cp -a --update=none "$OBJECTS/." "$BACKUP/objects/" 2>/dev/null || cp -an "$OBJECTS/." "$BACKUP/objects/"
fi
find "$BACKUP/database" -name '*.dump' -mtime +"${KEEP_DAYS:-30}" -delete
echo "$name"
