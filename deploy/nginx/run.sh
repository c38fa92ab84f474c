#!/bin/sh
# Runs nginx, and loads its configuration again, without ending a connection, when the certificate was renewed or a replica
# came, went or moved: nginx looks up names only when it loads.
#   HTTPS_PORT   the port by which browsers reach it, for redirects from http
set -eu
configuration="${1:-/etc/nginx/nginx.conf}"
tls="${TLS_FOLDER:-/etc/nginx/tls}"
state_folder="${STATE_FOLDER:-/tmp/nginx}"

mkdir -p "$state_folder"
port=":${HTTPS_PORT:-443}"
[ "$port" != ":443" ] || port=""
printf 'map "" $public_port { default "%s"; }\n' "$port" >"$state_folder/public_port.conf"

state() {
    cat "$tls/server.crt" "$tls/server.key" | cksum
    for name in api pages; do
        getent ahostsv4 "$name" | cut -d ' ' -f 1 | sort -u
    done
}

seen="$(state)"
nginx -c "$configuration" -g "daemon off;" &
server=$!
trap 'kill -QUIT "$server" 2>/dev/null || true' TERM INT
while kill -0 "$server" 2>/dev/null; do
    sleep "${LOOK_SECONDS:-5}" &
    wait $! || true
    kill -0 "$server" 2>/dev/null || break
    found="$(state)" || true
    # A configuration that does not load, such as a certificate without its key yet, is tried again.
    if [ "$found" != "$seen" ] && nginx -q -t -c "$configuration" && nginx -s reload -c "$configuration"; then
        seen="$found"
        echo "run.sh: loaded the configuration again" >&2
    fi
done
wait "$server"
