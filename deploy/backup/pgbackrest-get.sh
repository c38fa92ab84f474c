#!/bin/sh
# PostgreSQL's restore_command, which restore.sh and verify.sh set: brings a segment of WAL from the first place that has it. The one beside the database
# is asked first, so that a bucket that is away delays the end of the recovery alone.
#   restore_command = 'sh /etc/workbench-backup/pgbackrest-get.sh %f "%p"'
set -eu
PGDATA="$PWD" # where PostgreSQL calls it
programs=pgbackrest # a server finds its own without PATH
. "$(dirname "$0")/common.sh"
export PGBACKREST_PG1_PATH="$PGDATA"
for place in $(places); do
    if quietly alone "$place" archive-get "$1" "$2"; then
        exit 0
    fi
done
exit 1
