#!/bin/sh
# One backup: the database by pg_dump, a list of what it holds, then the objects. The order matters: rows name objects, objects
# are never changed, so objects copied after the rows hold all that the rows name. The list is of the dump's own snapshot.
#   DATABASE_URL=postgresql://... BACKUP=/backups OBJECTS=/path/of/objects ./dump.sh      (objects in a folder)
#   DATABASE_URL=postgresql://... BACKUP=/backups MINIO=alias/workbench ./dump.sh         (objects in MinIO, by mc)
set -eu
: "${DATABASE_URL:?}" "${BACKUP:?}"
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$BACKUP/database" "$BACKUP/objects"
name="$BACKUP/database/$(date -u +%Y%m%dT%H%M%SZ)"
work="$(mktemp -d)"
session=""
trap '' PIPE # a session that ends early is noticed below
finish() {
    exec 3>&- || true
    [ -z "$session" ] || wait "$session" 2>/dev/null || true
    rm -rf "$work" "$name.dump.part" "$name.contents.part" "$name.objects.part"
}
trap finish EXIT

# A session that holds the snapshot: the dump and the list see the same rows.
mkfifo "$work/commands"
psql -X --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$DATABASE_URL" <"$work/commands" >"$work/answer" &
session=$!
exec 3>"$work/commands"
echo "begin isolation level repeatable read read only; select pg_export_snapshot();" >&3 || true
until [ -s "$work/answer" ]; do
    kill -0 "$session" 2>/dev/null || { echo "the database cannot be asked" >&2; exit 1; }
    sleep 0.1
done
pg_dump --format=custom --compress=6 --snapshot="$(cat "$work/answer")" --file="$name.dump.part" "$DATABASE_URL"
pg_restore --list "$name.dump.part" >/dev/null
printf '\\o %s\n\\i %s\n\\o\nrollback;\n' "'$work/contents'" "'$here/contents.sql'" >&3
exec 3>&-
wait "$session" || { echo "what the database holds cannot be listed" >&2; exit 1; }
session=""
LC_ALL=C sort "$work/contents" >"$name.contents.part"

sizes() { (cd "$1" && find . -type f -exec stat -c '%s %n' {} + | LC_ALL=C sort); }
if [ -n "${MINIO:-}" ]; then
    mc mirror --preserve "$MINIO" "$BACKUP/objects"
elif [ -n "${OBJECTS:-}" ]; then
    # Objects are never changed: those that an earlier backup brought whole stay.
    sizes "$OBJECTS" >"$work/source"
    sizes "$BACKUP/objects" | LC_ALL=C comm -23 "$work/source" - | cut -d ' ' -f 2- >"$work/missing"
    tar -C "$OBJECTS" -T "$work/missing" -cf - | tar -C "$BACKUP/objects" -xf - || true
    sizes "$BACKUP/objects" | LC_ALL=C comm -23 "$work/source" - | cut -d ' ' -f 2- >"$work/missing"
    while IFS= read -r object; do
        # One that was deleted meanwhile is no loss.
        [ ! -e "$OBJECTS/$object" ] || { echo "the object $object was not copied" >&2; exit 1; }
    done <"$work/missing"
fi
sizes "$BACKUP/objects" >"$name.objects.part"
# The dump comes last: one that is there is whole.
mv "$name.contents.part" "$name.contents"
mv "$name.objects.part" "$name.objects"
mv "$name.dump.part" "$name.dump"
find "$BACKUP/database" -type f -mtime +"${KEEP_DAYS:-30}" -delete
echo "$name.dump"
