# What the scripts beside it share; it is read, not run. Without these settings nothing can be done:
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

# quietly COMMAND...: its output is shown as one line, and only when it fails: the first error, with what a colon at its end announces.
quietly() {
    if ! "$@" >"$work/output" 2>&1; then
        awk '/ERROR|FATAL|error/ { found = 1 } found { sub(/^.*(ERROR|FATAL): */, ""); sub(/^ +/, " "); printf "%s", $0; if (!/:;?$/) exit }
            END { print ""; exit !found }' "$work/output" || tail -n 1 "$work/output"
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

# The settings of pgBackRest, as it reads them.
settings() {
    cat "${PGBACKREST_CONFIG:-/etc/pgbackrest/pgbackrest.conf}"
    for file in "${PGBACKREST_CONFIG_INCLUDE_PATH:-/etc/pgbackrest/conf.d}"/*.conf; do
        [ ! -f "$file" ] || cat "$file"
    done
}

# The numbers of the places that the settings name: 1 is beside the database.
places() {
    { settings && env; } | sed -n 's/^repo\([0-9][0-9]*\)-.*=.*/\1/p; s/^PGBACKREST_REPO\([0-9][0-9]*\)_.*=.*/\1/p' | sort -un
}

# alone PLACE ARGUMENTS...: pgBackRest as if there were no other place, so that one that is away delays and breaks nothing here.
alone() {
    place="$1"
    shift
    [ -f "$work/place$place.conf" ] || (umask 077 && settings | awk -v own="repo$place-" '!/^repo[0-9]+-/ || index($0, own) == 1' >"$work/place$place.conf")
    others="$(env | sed -n 's/^\(PGBACKREST_REPO[0-9][0-9]*_[A-Z0-9_]*\)=.*/\1/p' | grep -v "_REPO${place}_" | sed 's/^/-u /' | tr '\n' ' ')"
    # shellcheck disable=SC2086  # several words
    env $others -u PGBACKREST_CONFIG_INCLUDE_PATH PGBACKREST_CONFIG="$work/place$place.conf" pgbackrest "$@"
}

# backups [PLACE...]: one a line, oldest first: its name, when it ended in seconds since 1970, and its place.
backups() {
    for each in ${*:-$(places)}; do
        alone "$each" info --output=json --log-level-console=off | grep -o '"label":"[^"]*"\|"stop":[0-9][0-9]*' |
            sed 's/^"[a-z]*":"*//; s/"$//' | paste - - | sed "s/\$/$(printf '\t')$each/"
    done | sort -k 2n
}

[ "$(id -u)" != 0 ] || fail "run it as the user that PostgreSQL runs as"
for program in ${programs:-pgbackrest pg_ctl pg_controldata}; do
    command -v "$program" >/dev/null || fail "there is no $program on PATH (PG_BIN names the folder of PostgreSQL's)"
done
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
