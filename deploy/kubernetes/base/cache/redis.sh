#!/bin/sh
# Starts a server as a replica of the primary that the Sentinels know; the first pod is it as long as they know none.
set -eu
self="$(hostname).cache-nodes"
primary="$(timeout 3 valkey-cli -h cache-nodes -p 26379 sentinel get-master-addr-by-name workbench 2>/dev/null | head -n 1)" || primary=""
primary="${primary:-${HOSTNAME%-*}-0.cache-nodes}"
password="$(cat /password/password)"
configuration=/data/server.conf
umask 077
cat >"$configuration" <<END
port 6379
dir /data
save ""
appendonly no
maxmemory 1gb
maxmemory-policy allkeys-lru
requirepass $password
masterauth $password
replica-announce-ip $self
END
[ "$primary" = "$self" ] || echo "replicaof $primary 6379" >>"$configuration"
exec valkey-server "$configuration"
