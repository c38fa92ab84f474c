# What the three scripts share; it is read, not run. Without these settings nothing can be done:
#   PGDATA                 the folder of the database's data, which is a plain folder and no mount point
#   PGBACKREST_STANZA      the name of this database in the repository (workbench)
#   PGBACKREST_CONFIG      pgBackRest's settings; pgbackrest.conf beside this file is an example
#   PGBACKREST_PG1_USER    the superuser of the database, where that is not the user who runs this
#   PG_BIN                 the folder of PostgreSQL's programs, unless they are on PATH
: "${PGDATA:?the folder of the data}"
PGDATA="${PGDATA%/}"
export PGDATA PGBACKREST_STANZA="${PGBACKREST_STANZA:-workbench}"
PATH="${PG_BIN:+$PG_BIN:}$PATH"
[ -z "${PGBACKREST_PG1_USER:-}" ] || export PGUSER="$PGBACKREST_PG1_USER"
script="$(basename "$0" .sh)"
unchanged="nothing was changed"

fail() {
    echo "$script: $1; $unchanged" >&2
    exit 1
}

# quietly COMMAND...: its output is shown as one line, and only when it fails.
quietly() {
    if ! "$@" >"$work/output" 2>&1; then
        grep -m 1 -E 'ERROR|FATAL|error' "$work/output" | sed 's/^.*\(ERROR\|FATAL\): *//' || tail -n 1 "$work/output"
        return 1
    fi
}

# publish FILE: standard input becomes that file of metrics for the node exporter, complete or not at all; nothing without METRICS_FOLDER.
publish() {
    [ -n "${METRICS_FOLDER:-}" ] || { cat >/dev/null && return; }
    cat >"$METRICS_FOLDER/$1.new"
    chmod 644 "$METRICS_FOLDER/$1.new"
    mv "$METRICS_FOLDER/$1.new" "$METRICS_FOLDER/$1"
}

# One backup a line, oldest first: its name, and when it ended in seconds since 1970.
backups() {
    pgbackrest info --output=json --log-level-console=off |
        grep -o '"label":"[^"]*"\|"stop":[0-9][0-9]*' | sed 's/^"[a-z]*":"*//; s/"$//' | paste - - | sort -k 2n
}

# The numbers of the places that backups lie in, once one is prepared.
places() {
    pgbackrest info --output=json --log-level-console=off | grep -o '"repo":\[[^]]*\]' | head -n 1 | grep -o '"key":[0-9]*' | cut -d : -f 2
}

[ "$(id -u)" != 0 ] || fail "run it as the user that PostgreSQL runs as"
for program in pgbackrest pg_ctl pg_controldata; do
    command -v "$program" >/dev/null || fail "there is no $program on PATH (PG_BIN names the folder of PostgreSQL's)"
done
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
