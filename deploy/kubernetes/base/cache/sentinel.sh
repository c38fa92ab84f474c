#!/bin/sh
# Starts a Sentinel that watches the primary which the others know, else the first pod. Two of three agree before another one is elected.
set -eu
first="${HOSTNAME%-*}-0.cache-nodes"
primary="$(timeout 3 valkey-cli -h cache-nodes -p 26379 sentinel get-master-addr-by-name workbench 2>/dev/null | head -n 1)" || primary=""
configuration=/data/sentinel.conf
umask 077
cat >"$configuration" <<END
port 26379
dir /data
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $(hostname).cache-nodes
sentinel monitor workbench ${primary:-$first} 6379 2
sentinel auth-pass workbench $(cat /password/password)
sentinel down-after-milliseconds workbench 5000
sentinel failover-timeout workbench 15000
END
exec valkey-sentinel "$configuration"
