#!/bin/sh
# Makes a backup of the running database in each place that the settings name, and says the name of the last. WAL is archived continuously
# besides. The first call prepares the repository.
#   PGDATA=... [METRICS_FOLDER=/var/lib/node-exporter] ./initiate.sh [--type full|diff|incr]
# Daily at 02:00 UTC: schedule.sh calls it, or cron:  0 2 * * *
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
for place in $(places | sort -rn); do # the one beside the database last: what is newest comes back first
    problem="$(quietly pgbackrest backup --repo="$place" --type="$type")" || fail "the backup did not succeed: $problem"
done
made="$(backups | tail -n 1 | cut -f 1)"
[ -n "$made" ] && [ "$made" != "$before" ] || fail "the repository lists no new backup"
publish backup.prom <<END
# HELP workbench_backup_timestamp_seconds When the newest backup ended
# TYPE workbench_backup_timestamp_seconds gauge
workbench_backup_timestamp_seconds $(backups | tail -n 1 | cut -f 2)
END
echo "$made"
