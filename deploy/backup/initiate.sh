#!/bin/sh
# Makes a backup of the running database in each place that the settings name, and says the name of the last. A place that is away does not stop the others;
# it is named at the end. WAL is archived continuously besides. The first call prepares each place.
#   PGDATA=... [METRICS_FOLDER=/var/lib/node-exporter] ./initiate.sh [--type full|diff|incr] [--since SECONDS]
# With --since only the places without a backup that ended since then, in seconds since 1970.
# Daily at 02:00 UTC: schedule.sh calls it, or cron:  0 2 * * *
set -eu
. "$(dirname "$0")/common.sh"
type=full since=""
while [ $# -gt 0 ]; do
    case "$1" in
        --type) type="${2:?full, diff or incr}" && shift 2 ;;
        --since) since="${2:?a moment in seconds since 1970}" && shift 2 ;;
        *) fail "there is no option $1" ;;
    esac
done
case "$type" in full | diff | incr) ;; *) fail "the type of a backup is full, diff or incr" ;; esac

[ -f "$PGDATA/postmaster.pid" ] || fail "no server runs over $PGDATA"

# back_up PLACE: prints what went wrong.
back_up() {
    quietly alone "$1" stanza-create || return 1
    quietly alone "$1" check || return 1
    quietly alone "$1" backup --type="$type"
}

# ended PLACE: when its newest backup ended, as far as it was ever known.
ended() {
    backups "$1" | tail -n 1 | cut -f 2 | grep . ||
        sed -n "s/^workbench_backup_timestamp_seconds{place=\"$1\"} //p" "${METRICS_FOLDER:-$work}/backup.prom" 2>/dev/null | grep . || echo 0
}

made="" missing=""
for place in $(places | sort -rn); do # the one beside the database last: what is newest comes back first
    before="$(ended "$place")"
    if [ -z "$since" ] || [ "$before" -lt "$since" ]; then
        if ! problem="$(back_up "$place")"; then
            missing="${missing:+$missing; }place $place: $problem"
        elif [ "$(ended "$place")" -le "$before" ]; then
            missing="${missing:+$missing; }place $place: it lists no new backup"
        else
            made="$(backups "$place" | tail -n 1 | cut -f 1)"
        fi
    fi
    echo "workbench_backup_timestamp_seconds{place=\"$place\"} $(ended "$place")" >>"$work/times"
done
publish backup.prom <<END
# HELP workbench_backup_timestamp_seconds When the newest backup in each place ended, 0 without one
# TYPE workbench_backup_timestamp_seconds gauge
$(cat "$work/times")
END
[ -z "$made" ] || unchanged="the other places have $made"
[ -z "$missing" ] || fail "no backup in $missing"
[ -z "$made" ] || echo "$made"
