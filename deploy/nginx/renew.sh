#!/bin/sh
# Gets a certificate for WORKBENCH_HOST and renews it, by files that nginx serves at /.well-known/acme-challenge/. Each new one is put
# where nginx reads it, the key first; nginx loads both by itself.
set -eu
: "${WORKBENCH_HOST:?the name of this host}"
tls="${TLS_FOLDER:-/tls}"
case "$WORKBENCH_CONTACT" in
    *@*) set -- --email "${WORKBENCH_CONTACT##* }" ;;
    *) set -- --register-unsafely-without-email ;;
esac
trap 'exit 0' TERM INT
while :; do
    if certbot certonly --non-interactive --agree-tos --webroot --webroot-path /var/www/acme --keep-until-expiring \
        --cert-name workbench --domain "$WORKBENCH_HOST" "$@"; then
        live=/etc/letsencrypt/live/workbench
        if ! cmp -s "$live/fullchain.pem" "$tls/server.crt"; then
            cp "$live/privkey.pem" "$tls/server.key.new" && chmod 644 "$tls/server.key.new" && mv "$tls/server.key.new" "$tls/server.key"
            cp "$live/fullchain.pem" "$tls/server.crt.new" && mv "$tls/server.crt.new" "$tls/server.crt"
            echo "renew.sh: a new certificate for $WORKBENCH_HOST"
        fi
    fi
    sleep "${RENEW_SECONDS:-43200}" &
    wait $! || true
done
