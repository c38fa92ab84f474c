#!/bin/sh
# Makes every secret that compose.yaml names, once: what is there already stays as it is.
set -eu
cd "$(dirname "$0")"
command -v openssl >/dev/null || { echo "setup.sh needs openssl; on Debian and Ubuntu: apt-get install openssl" >&2; exit 1; }

# Only this user can enter the folder. The files in it can be read by all, because Docker mounts each with its owner and mode
# into containers that run as other users.
umask 077
mkdir -p secrets
chmod 700 secrets
umask 022
mkdir -p secrets/tls

# put NAME: saves standard input as a secret unless there is one; complete or not at all.
put() {
    if [ -s "secrets/$1" ]; then
        cat >/dev/null
        return
    fi
    cat >"secrets/$1.new"
    mv "secrets/$1.new" "secrets/$1"
    echo "made secrets/$1"
}

for name in database_password objects_password signing_key metrics_token grafana_password; do
    openssl rand -hex 32 | tr -d '\n' | put "$name"
done
printf 'postgresql://workbench:%s@database:5432/workbench' "$(cat secrets/database_password)" | put database_url
printf '{"identities": [{"name": "workbench", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
  "credentials": [{"accessKey": "workbench", "secretKey": "%s"}]}]}\n' "$(cat secrets/objects_password)" | put objects_identities
# Where Alertmanager sends its alerts: an address that goes nowhere until you set yours.
printf '%s' "${ALERT_WEBHOOK:-http://127.0.0.1:9/no-alert-webhook-is-set}" | put alert_webhook

host=${WORKBENCH_HOST:-localhost}
if [ ! -s secrets/tls/server.crt ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=$host" \
        -addext "subjectAltName=DNS:$host" -keyout secrets/tls/server.key -out secrets/tls/server.crt 2>/dev/null
    chmod 644 secrets/tls/server.key
    echo "made a self-signed certificate for $host in secrets/tls, valid for 90 days"
fi

cat <<'NEXT'

Next:
  1. Replace secrets/tls/server.crt and server.key by a certificate that browsers trust.
  2. Put the address of your Slack webhook into secrets/alert_webhook.
  3. WORKBENCH_CONTACT='Your Name you@example.org' docker compose up -d --build
  4. docker compose exec api workbench users add NAME --role administrator
NEXT
