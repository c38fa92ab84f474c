#!/bin/sh
# Brings the database back as it was at a moment. The data comes into a folder beside that of the database and is recovered there up to the
# moment; only then the folders change places. What was there stays as PGDATA.before-STAMP. Stop the server first, and start it afterwards.
#   PGDATA=... ./restore.sh [--backup-id 20261130-020000F] [--target '2026-11-30 14:05:00+00' | --target NAME | --target latest]
# Without a backup it is the newest that ended before the target; a NAME is one given to pg_create_restore_point().
set -eu
. "$(dirname "$0")/common.sh"
backup="" target=latest
while [ $# -gt 0 ]; do
    case "$1" in
        --backup-id) backup="${2:?a name that initiate.sh said}" && shift 2 ;;
        --target) target="${2:?a time, a name or latest}" && shift 2 ;;
        *) fail "there is no option $1" ;;
    esac
done

# The server may be in another container: its process id says nothing here, its socket does (the lines of the file are PostgreSQL's).
if [ -f "$PGDATA/postmaster.pid" ]; then
    answer=0
    pg_isready -q -h "$(sed -n 5p "$PGDATA/postmaster.pid")" -p "$(sed -n 4p "$PGDATA/postmaster.pid")" || answer=$?
    [ $answer -gt 1 ] || fail "the server runs; stop it first"
fi
backups >"$work/backups"
[ -s "$work/backups" ] || fail "there is no backup"

# The moment in seconds, for a target that is a time.
moment=""
case "$target" in
    latest) kind=default ;;
    [0-9][0-9][0-9][0-9]-*)
        moment="$(date -u -d "$target" +%s.%N 2>/dev/null)" || fail "the target $target is no time; one is '2026-11-30 14:05:00+00'"
        case "$target" in *[0-9]Z | *[+-][0-9][0-9] | *[+-][0-9][0-9]:[0-9][0-9]) ;; *) fail "the target $target has no time zone, such as +00" ;; esac
        kind=time
        target="$(date -u -d "$target" '+%Y-%m-%d %H:%M:%S.%6N+00')"
        [ "${moment%.*}" -le "$(date -u +%s)" ] || fail "the target $target is yet to come"
        ;;
    *) kind=name ;;
esac

if [ -n "$backup" ]; then
    ended="$(awk -v name="$backup" '$1 == name { print $2 }' "$work/backups")"
    [ -n "$ended" ] || fail "there is no backup $backup; there are: $(cut -f 1 "$work/backups" | tr '\n' ' ' | sed 's/ $//')"
elif [ -n "$moment" ]; then
    backup="$(awk -v moment="${moment%.*}" '$2 <= moment { name = $1 } END { print name }' "$work/backups")"
    ended="$(head -n 1 "$work/backups" | cut -f 2)"
else
    backup="$(tail -n 1 "$work/backups" | cut -f 1)"
fi
if [ -n "$moment" ] && [ "${moment%.*}" -lt "$ended" ]; then
    fail "the target $target is too old: the backup ended at $(date -u -d "@$ended" '+%Y-%m-%d %H:%M:%S+00')"
fi

stamp="$(date -u +%Y%m%d%H%M%S)"
staged="$PGDATA.restore-$stamp" old="$PGDATA.before-$stamp"
trap 'rm -rf "$work" "$staged"' EXIT
mkdir -m 700 "$staged" || fail "$staged cannot be made"
get="env PGBACKREST_STANZA=$PGBACKREST_STANZA sh \"$(cd "$(dirname "$0")" && pwd)/pgbackrest-get.sh\" %f \"%p\""
place="$(awk -v name="$backup" '$1 == name { print $3 }' "$work/backups")"
set -- --set="$backup" --pg1-path="$staged" --recovery-option="restore_command=$get" --type="$kind"
[ "$kind" = default ] || set -- "$@" --target="$target" --target-action=promote
problem="$(quietly alone "$place" restore "$@")" || fail "the backup $backup did not come back: $problem"

if [ "$kind" != default ]; then
    # A trial: the server recovers up to the target and ends. It archives nothing and nobody can reach it; hot_standby would refuse to recover
    # with fewer connections than the database has, which may be set on its command line alone.
    postgres -D "$staged" -c listen_addresses= -c unix_socket_directories="$work" -c hot_standby=off -c archive_mode=off -c logging_collector=off \
        -c log_destination=stderr -c recovery_target_action=shutdown -c restore_command="$get" >"$work/recovery" 2>&1 || true
    if ! grep -q "shutdown at recovery target" "$work/recovery"; then
        fail "the archive does not reach the target $target: $(grep -m 1 'FATAL' "$work/recovery" | sed 's/^.*FATAL: *//')"
    fi
fi

[ ! -e "$PGDATA" ] || mv "$PGDATA" "$old" || fail "$PGDATA cannot be moved; is it a mount point?"
mv "$staged" "$PGDATA"
trap 'rm -rf "$work"' EXIT
echo "restored $backup to $target; start the server"
[ ! -e "$old" ] || echo "what was there before is $old; remove it when all is well"
