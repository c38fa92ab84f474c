#!/bin/sh
# Saves a snapshot of a server with raft storage; those older than KEEP_DAYS are deleted. Hourly, by cron:  5 * * * *
#   VAULT_ADDR=... VAULT_TOKEN=... SNAPSHOTS=/backups/vault ./snapshot.sh
# It comes back with: vault operator raft snapshot restore FILE   (encrypted as the server's storage is; the unseal keys are still needed)
set -eu
vault="${VAULT_PROGRAM:-vault}"
: "${VAULT_ADDR:?the address of the server}" "${VAULT_TOKEN:?a token that may read snapshots}" "${SNAPSHOTS:?a folder}"
export VAULT_ADDR VAULT_TOKEN BAO_ADDR="$VAULT_ADDR" BAO_TOKEN="$VAULT_TOKEN"
umask 077
mkdir -p "$SNAPSHOTS"
file="$SNAPSHOTS/$(date -u +%Y%m%dT%H%M%SZ).snapshot"
trap 'rm -f "$file.part"' EXIT
"$vault" operator raft snapshot save "$file.part" >&2 || { echo "snapshot: the server gave none" >&2; exit 1; }
mv "$file.part" "$file"
find "$SNAPSHOTS" -type f -name '*.snapshot' -mtime +"${KEEP_DAYS:-30}" -delete
echo "$file"
