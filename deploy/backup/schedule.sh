#!/bin/sh
# Calls initiate.sh for each day at 02:00 UTC and verify.sh for each Sunday at 04:00 UTC, as long as it runs: what is due and was missed is done at
# once. A backup that failed is tried again after a quarter of an hour in the places without one, a verification after six hours. This is the service `backup` of compose.yaml;
# elsewhere cron does it.
#   PGDATA=... STATE_FOLDER=/var/lib/pgbackrest METRICS_FOLDER=/var/lib/node-exporter ./schedule.sh
# STATE_FOLDER remembers what was done; METRICS_FOLDER, which may be in memory, shows it to the node exporter.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
: "${STATE_FOLDER:?a folder that stays}" "${METRICS_FOLDER:?a folder for the node exporter}"
initiate_from=0 verify_from=0

# state NAME: the value of that metric, the least one of several places, 0 where there is none.
state() {
    sed -n "s/^workbench_$1\({.*}\)\{0,1\} \([0-9][0-9]*\)$/\2/p" "$STATE_FOLDER"/*.prom 2>/dev/null | sort -n | head -n 1 | grep . || echo 0
}

# due PERIOD OFFSET: the newest moment of the period that has come, all in seconds.
due() {
    echo $(((now - $2) / $1 * $1 + $2))
}

while :; do
    now="$(date -u +%s)"
    day="$(due 86400 7200)"
    if [ "$now" -ge $initiate_from ] && [ "$(state backup_timestamp_seconds)" -lt "$day" ]; then
        METRICS_FOLDER="$STATE_FOLDER" sh "$here/initiate.sh" --since "$day" || initiate_from=$((now + 900))
    fi
    verified="$(state backup_verified_timestamp_seconds)"
    [ "$(state backup_verified)" = 1 ] || verified=0
    # The first Sunday of 1970 was its fourth day.
    if [ "$now" -ge $verify_from ] && grep -q '^workbench_backup_timestamp_seconds.* [1-9]' "$STATE_FOLDER"/*.prom 2>/dev/null &&
        [ "$verified" -lt "$(due 604800 $((3 * 86400 + 14400)))" ]; then
        METRICS_FOLDER="$STATE_FOLDER" sh "$here/verify.sh" || verify_from=$((now + 21600))
    fi
    for file in "$STATE_FOLDER"/*.prom; do
        [ ! -f "$file" ] || { cp "$file" "$METRICS_FOLDER/.new" && mv "$METRICS_FOLDER/.new" "$METRICS_FOLDER/${file##*/}"; }
    done
    sleep "${CHECK_SECONDS:-60}"
done
