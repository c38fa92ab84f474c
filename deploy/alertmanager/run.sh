#!/bin/sh
# Starts Alertmanager with alertmanager.yml. With ALERT_MAIL_TO, information goes there by mail, once a day, and not to Slack:
#   ALERT_MAIL_TO, ALERT_MAIL_FROM   addresses
#   ALERT_MAIL_SERVER                host:port; the connection is encrypted (STARTTLS)
#   ALERT_MAIL_USER                  the account there, whose password is the secret alert_mail_password; empty: none
set -eu
here="${CONFIG_FOLDER:-/etc/alertmanager}"
config="${CONFIG_FILE:-/tmp/alertmanager.yml}"
if [ -z "${ALERT_MAIL_TO:-}" ]; then
    cp "$here/alertmanager.yml" "$config"
else
    : "${ALERT_MAIL_FROM:?an address}" "${ALERT_MAIL_SERVER:?host:port}"
    case "$ALERT_MAIL_TO$ALERT_MAIL_FROM$ALERT_MAIL_SERVER${ALERT_MAIL_USER:-}" in
        *[\"\\]* | *"
"*) echo "alertmanager: quotes, backslashes and line ends cannot stand in ALERT_MAIL_*" >&2; exit 1 ;;
    esac
    sed 's/receiver: slack # information/receiver: mail/' "$here/alertmanager.yml" >"$config"
    cat >>"$config" <<MAIL
  - name: mail
    email_configs:
      - to: "$ALERT_MAIL_TO"
        from: "$ALERT_MAIL_FROM"
        smarthost: "$ALERT_MAIL_SERVER"
        require_tls: ${ALERT_MAIL_TLS:-true}
        send_resolved: false
MAIL
    if [ -n "${ALERT_MAIL_USER:-}" ]; then
        cat >>"$config" <<MAIL
        auth_username: "$ALERT_MAIL_USER"
        auth_password_file: /run/secrets/alert_mail_password
MAIL
    fi
fi
exec "${ALERTMANAGER:-/bin/alertmanager}" --config.file="$config" "$@"
