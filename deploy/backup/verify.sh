#!/bin/sh
# Restores a backup into a spare place and checks it: the repository's checksums, the server's recovery, every page and index of every table.
# The database itself is not touched. Weekly: schedule.sh calls it, or cron:  0 4 * * 0
#   PGDATA=... [METRICS_FOLDER=/var/lib/node-exporter] ./verify.sh [--backup-id 20261130-020000F]
set -eu
. "$(dirname "$0")/common.sh"
unchanged="the database was not touched"
backup=""
while [ $# -gt 0 ]; do
    case "$1" in
        --backup-id) backup="${2:?a name that initiate.sh said}" && shift 2 ;;
        *) fail "there is no option $1" ;;
    esac
done

begun="$(date -u +%s)" is_good=0
spare="$PGDATA.verify-$(date -u +%Y%m%d%H%M%S)"
finish() {
    [ ! -f "$spare/postmaster.pid" ] || pg_ctl -D "$spare" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work" "$spare"
    publish verified.prom <<END
# HELP workbench_backup_verified Whether the last verification of a backup succeeded
# TYPE workbench_backup_verified gauge
workbench_backup_verified $is_good
# HELP workbench_backup_verified_timestamp_seconds When the last verification of a backup ended
# TYPE workbench_backup_verified_timestamp_seconds gauge
workbench_backup_verified_timestamp_seconds $(date -u +%s)
END
}
trap finish EXIT

backups >"$work/backups"
[ -s "$work/backups" ] || fail "there is no backup"
if [ -z "$backup" ]; then
    backup="$(tail -n 1 "$work/backups" | cut -f 1)"
fi
grep -q "^$backup$(printf '\t')" "$work/backups" || fail "there is no backup $backup; there are: $(cut -f 1 "$work/backups" | tr '\n' ' ' | sed 's/ $//')"

for place in $(places); do
    problem="$(quietly alone "$place" verify)" || fail "place $place of the backups cannot be verified: $problem"
done
mkdir -m 700 "$spare"
get="env PGBACKREST_STANZA=$PGBACKREST_STANZA sh \"$(cd "$(dirname "$0")" && pwd)/pgbackrest-get.sh\" %f \"%p\""
place="$(awk -v name="$backup" '$1 == name { print $3 }' "$work/backups")"
problem="$(quietly alone "$place" restore --set="$backup" --pg1-path="$spare" --type=immediate --target-action=promote \
    --recovery-option="restore_command=$get")" || fail "the backup $backup does not come back: $problem"
# Sockets in a folder of its own, so that nobody takes it for the database. Without hot_standby, which refuses to recover with fewer connections
# than the database has: those may be set on its command line alone, as compose.yaml does.
# What the server loads may stand on its command line alone, too: without TimescaleDB its compressed rows cannot be read. Its jobs do not run here.
preload="$(grep -o 'shared_preload_libraries=[^" ]*' "$PGDATA/postmaster.opts" 2>/dev/null || true)"
options="-c timescaledb.max_background_workers=0 ${preload:+-c $preload}"
problem="$(quietly pg_ctl -D "$spare" -w -t "${RECOVERY_SECONDS:-3600}" -l "$work/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$work -c port=5432 -c hot_standby=off -c archive_mode=off -c logging_collector=off $options" start)" ||
    fail "the backup $backup does not start: $(grep -m 1 FATAL "$work/log" | sed 's/^.*FATAL: *//')"
export PGPORT=5432
# It answers before its recovery ends, and only afterwards takes the check's extension.
until [ "$(psql -X -qAt -h "$work" -d postgres -c "select pg_is_in_recovery()" 2>/dev/null)" = f ]; do
    [ $(($(date -u +%s) - begun)) -lt "${RECOVERY_SECONDS:-3600}" ] || fail "the backup $backup does not end its recovery"
    sleep 1
done
names="select datname from pg_database where datallowconn and not datistemplate"
problem="$(quietly psql -X -qAt -h "$work" -d postgres -o "$work/names" -c "$names")" || fail "the backup $backup does not answer: $problem"
while IFS= read -r name; do
    problem="$(quietly pg_dump -h "$work" -d "$name" -f /dev/null)" || fail "the backup $backup has rows that cannot be read: $problem"
    psql -X -qAt -h "$work" -d "$name" -c "create extension if not exists amcheck" >/dev/null
    problem="$(quietly pg_amcheck -h "$work" -d "$name" --heapallindexed)" || fail "the backup $backup is damaged: $problem"
done <"$work/names"
is_good=1
echo "verified $backup: $(wc -l <"$work/names") databases, in $(($(date -u +%s) - begun)) seconds"
