#!/bin/sh
# Makes a backup of the running database, and says its name. WAL is archived continuously besides. The first call prepares the repository.
#   PGDATA=... ./initiate.sh [--type full|diff|incr]
# Daily at 02:00 UTC, by cron:  0 2 * * *
set -eu
. "$(dirname "$0")/common.sh"
type=full
while [ $# -gt 0 ]; do
    case "$1" in
        --type) type="${2:?full, diff or incr}" && shift 2 ;;
        *) fail "there is no option $1" ;;
    esac
done
case "$type" in full | diff | incr) ;; *) fail "the type of a backup is full, diff or incr" ;; esac

[ -f "$PGDATA/postmaster.pid" ] || fail "no server runs over $PGDATA"
problem="$(quietly pgbackrest stanza-create)" || fail "the repository cannot be prepared: $problem"
problem="$(quietly pgbackrest check)" || fail "WAL does not arrive in the archive: $problem"
before="$(backups | tail -n 1 | cut -f 1)"
problem="$(quietly pgbackrest backup --type="$type")" || fail "the backup did not succeed: $problem"
made="$(backups | tail -n 1 | cut -f 1)"
[ -n "$made" ] && [ "$made" != "$before" ] || fail "the repository lists no new backup"
echo "$made"
