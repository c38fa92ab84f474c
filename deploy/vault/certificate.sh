#!/bin/sh
# Issues a certificate of the internal authority (setup.sh with PKI_DOMAIN) for a service: server.crt, server.key and ca.crt in a folder. A
# certificate there that is valid for 30 more days stays as it is, so cron may call it daily:  15 3 * * *
#   VAULT_ADDR=... VAULT_TOKEN=... ./certificate.sh database /srv/workbench/tls/database [127.0.0.1]
# The service loads the new one when it is told to: select pg_reload_conf(); CONFIG SET tls-cert-file ...
set -eu
name="${1:?the name of the service}" folder="${2:?where the files go}" address="${3:-}"
vault="${VAULT_PROGRAM:-vault}"
: "${VAULT_ADDR:?the address of the server}" "${VAULT_TOKEN:?a token that may issue certificates}"
export VAULT_ADDR VAULT_TOKEN BAO_ADDR="$VAULT_ADDR" BAO_TOKEN="$VAULT_TOKEN"
if openssl x509 -checkend 2592000 -noout -in "$folder/server.crt" >/dev/null 2>&1; then
    exit 0
fi
umask 077
mkdir -p "$folder"
work="$(mktemp -d "$folder/.new.XXXXXX")"
trap 'rm -rf "$work"' EXIT
openssl ecparam -name prime256v1 -genkey -noout -out "$work/server.key"
openssl req -new -key "$work/server.key" -subj "/CN=$name" -addext "subjectAltName=DNS:$name${address:+,IP:$address}" -out "$work/request"
"$vault" write -field=certificate pki/sign/workbench csr="@$work/request" common_name="$name" >"$work/server.crt" 2>"$work/error" ||
    { echo "certificate: the server issued none for $name: $(tail -n 1 "$work/error")" >&2; exit 1; }
"$vault" read -field=certificate pki/cert/ca >"$work/ca.crt"
chmod 644 "$work/server.crt" "$work/ca.crt"
mv "$work/server.key" "$work/server.crt" "$work/ca.crt" "$folder/"
echo "issued $folder/server.crt for $name, valid for 90 days"
