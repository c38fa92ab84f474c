#!/bin/sh
# Makes every secret that compose.yaml names, a self-signed certificate and .env, once: what is there already stays as it is.
#   WORKBENCH_HOST      the name by which browsers reach this host (localhost)
#   WORKBENCH_CONTACT   your name and e-mail address, for the SEC
#   HTTP_PORT, HTTPS_PORT   the ports that are published (80 and 443)
#   BACKUP_S3_BUCKET, BACKUP_S3_ENDPOINT, BACKUP_S3_REGION, BACKUP_S3_KEY, BACKUP_S3_SECRET   a bucket elsewhere that backups also go to, for 90 days
#   ALERT_WEBHOOK, PAGERDUTY_KEY   where Alertmanager posts its alerts: a webhook of Slack, and the key of a service of PagerDuty
#   ALERT_MAIL_TO, ALERT_MAIL_FROM, ALERT_MAIL_SERVER, ALERT_MAIL_USER, ALERT_MAIL_PASSWORD   mail of what is no warning, once a day
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

# put FILE: saves standard input in it unless there is one; complete or not at all.
put() {
    if [ -s "$1" ]; then
        cat >/dev/null
        return
    fi
    cat >"$1.new"
    mv "$1.new" "$1"
    echo "made $1"
}

for name in database_password database_application_password objects_password cache_password signing_key metrics_token grafana_password; do
    openssl rand -hex 32 | tr -d '\n' | put "secrets/$name"
done
# The account that owns the tables, and the one of the application, which reads and writes rows.
printf 'postgresql://workbench:%s@database:5432/workbench' "$(cat secrets/database_password)" | put secrets/database_owner_url
printf 'postgresql://workbench_application:%s@database:5432/workbench' "$(cat secrets/database_application_password)" | put secrets/database_url
printf '{"identities": [{"name": "workbench", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
  "credentials": [{"accessKey": "workbench", "secretKey": "%s"}]}]}\n' "$(cat secrets/objects_password)" | put secrets/objects_identities
printf 'redis://:%s@cache:6379/0' "$(cat secrets/cache_password)" | put secrets/cache_url
printf '{"redis://cache:6379": "%s"}\n' "$(cat secrets/cache_password)" | put secrets/cache_passwords
printf 'requirepass %s\nsave ""\nappendonly no\nmaxmemory 1gb\nmaxmemory-policy allkeys-lru\n' "$(cat secrets/cache_password)" |
    put secrets/cache_config
printf '[global]\nrepo1-cipher-pass=%s\n' "$(openssl rand -hex 32)" | put secrets/backup_passwords
# pgBackRest's second place. A store behind a certificate that the image does not know: add repo2-storage-ca-file.
stays_here=true
if [ -n "${BACKUP_S3_BUCKET:-}" ]; then
    stays_here=false
    put secrets/backup_s3 <<S3
[global]
repo2-type=s3
repo2-path=/workbench
repo2-s3-bucket=$BACKUP_S3_BUCKET
repo2-s3-endpoint=${BACKUP_S3_ENDPOINT:?of the bucket, such as s3.example.org}
repo2-s3-region=${BACKUP_S3_REGION:-us-east-1}
repo2-s3-uri-style=path
repo2-s3-key=${BACKUP_S3_KEY:?of the bucket}
repo2-s3-key-secret=${BACKUP_S3_SECRET:?of the bucket}
repo2-cipher-type=aes-256-cbc
repo2-cipher-pass=$(openssl rand -hex 32)
repo2-retention-full-type=time
repo2-retention-full=90
S3
else
    echo "[global]" | put secrets/backup_s3
fi
# Where Alertmanager sends its alerts: an address that goes nowhere until you set yours.
printf '%s' "${ALERT_WEBHOOK:-http://127.0.0.1:9/no-alert-webhook-is-set}" | put secrets/alert_webhook

printf '%s' "${PAGERDUTY_KEY:-no-key-is-set}" | put secrets/pagerduty_key
printf '%s' "${ALERT_MAIL_PASSWORD:-no-password-is-set}" | put secrets/alert_mail_password

host=${WORKBENCH_HOST:-localhost}
if [ ! -s secrets/tls/server.crt ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=$host" \
        -addext "subjectAltName=DNS:$host" -keyout secrets/tls/server.key -out secrets/tls/server.crt 2>/dev/null
    chmod 644 secrets/tls/server.key
    echo "made a self-signed certificate for $host in secrets/tls, valid for 90 days"
fi

https=${HTTPS_PORT:-443}
address="https://$host"
[ "$https" = 443 ] || address="$address:$https"
put .env <<ENV
# What compose.yaml leaves to you. Settings of the workbench itself go into workbench.env.
WORKBENCH_HOST=$host
WORKBENCH_CONTACT=${WORKBENCH_CONTACT:-}
HTTP_PORT=${HTTP_PORT:-80}
HTTPS_PORT=$https
PUBLIC_ADDRESS=$address
# Parts that may be left out: metrics, grafana, logs, traces, letsencrypt, openbao, prefect, ray.
COMPOSE_PROFILES=metrics,grafana,logs
# http://otel:4318 with the profile traces; of traces without an error and below a second, TRACES_PERCENT stay (100 for staging)
TRACES_ENDPOINT=
TRACES_PERCENT=10
# Mail of what is no warning, once a day: addresses, host:port of the mail server, and the account there.
ALERT_MAIL_TO=${ALERT_MAIL_TO:-}
ALERT_MAIL_FROM=${ALERT_MAIL_FROM:-}
ALERT_MAIL_SERVER=${ALERT_MAIL_SERVER:-}
ALERT_MAIL_USER=${ALERT_MAIL_USER:-}
# false when backups also go to a bucket, which the database must then reach
BACKUPS_STAY_HERE=$stays_here
# seaweedfs, or minio with MINIO_IMAGE
OBJECTS_STORE=seaweedfs
# false when the profile prefect runs the jobs
SCHEDULES=true
ENV

cat <<'NEXT'

Next:
  1. Check .env: WORKBENCH_CONTACT must hold your name and e-mail address, because the SEC asks for it.
  2. docker compose up -d --build
  3. docker compose exec api workbench users add NAME --role administrator
  4. Keep a copy of secrets/backup_passwords and secrets/backup_s3 on another host: without them no backup can be read.
  5. For a certificate that browsers trust, add letsencrypt to COMPOSE_PROFILES in .env and repeat step 2,
     or replace secrets/tls/server.crt and server.key; nginx loads new ones by itself.
NEXT
