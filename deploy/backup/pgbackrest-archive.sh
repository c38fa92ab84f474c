#!/bin/sh
# PostgreSQL's archive_command: puts a segment of WAL into each place that the settings name. While a place is away PostgreSQL asks for the same segment again
# and again, and removes none; meanwhile the segments that wait go to the places that answer, so that these can restore to the last minute.
#   archive_command = 'sh /etc/workbench-backup/pgbackrest-archive.sh %p'
set -eu
PGDATA="${PGDATA:-$PWD}" # where PostgreSQL calls it
programs=pgbackrest # a server finds its own without PATH
. "$(dirname "$0")/common.sh"
unchanged="PostgreSQL asks again"
segment="${1:?the segment, as PostgreSQL says it}"
ahead="$PGDATA.ahead" # which place has which of the segments that wait

if problem="$(quietly pgbackrest archive-push "$segment")"; then
    rm -f "$ahead"
    exit 0
fi
for place in $(places); do
    for waiting in "$PGDATA"/pg_wal/archive_status/*.ready; do
        name="$(basename "$waiting" .ready)"
        ! grep -qxF "$place $name" "$ahead" 2>/dev/null || continue
        alone "$place" archive-push "pg_wal/$name" >"$work/ahead" 2>&1 || break
        echo "$place $name" >>"$ahead"
    done
done
fail "$segment does not arrive in each place: $problem"
