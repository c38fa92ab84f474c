#!/bin/sh
# Prepares a Vault or OpenBao that is initialised and unsealed: the key-value store, the policy, and an AppRole for the workbench. What is
# there already stays. The files of deploy/secrets become the fields of the secret, unless it has some. It prints the settings of the workbench:
#   VAULT_ADDR=http://127.0.0.1:8200 VAULT_TOKEN=... ./setup.sh >>../workbench.env
# VAULT_PROGRAM is `vault`, unless you say `bao`.
# With DATABASE_ADMIN_URL (postgresql://owner:password@host:5432/name, the account that owns the tables and may create roles) it also
# makes accounts for the database: each lasts 24 hours, is renewed, and acts as the owner, or as DATABASE_ROLE, a role that is there already.
# With TRANSIT=workbench it makes a key, renewed every 90 days, that encrypts what is secret in the database.
# With PKI_DOMAIN=internal it makes an authority whose certificates, for names below that domain and for the services of compose.yaml, are valid
# for 90 days; certificate.sh issues them.
set -eu
cd "$(dirname "$0")"
vault="${VAULT_PROGRAM:-vault}"
: "${VAULT_ADDR:?the address of the server}" "${VAULT_TOKEN:?the token of an administrator}"
export VAULT_ADDR VAULT_TOKEN BAO_ADDR="$VAULT_ADDR" BAO_TOKEN="$VAULT_TOKEN"

fail() {
    echo "setup: $1" >&2
    exit 1
}

state=0
"$vault" status >/dev/null 2>&1 || state=$?
case $state in
    0) ;;
    2) fail "the server is sealed or not initialised; unseal it first: $vault operator unseal" ;;
    *) fail "no server answers at $VAULT_ADDR" ;;
esac
"$vault" token lookup >/dev/null 2>&1 || fail "the server refuses VAULT_TOKEN"

"$vault" secrets list -format=json | grep -q '"secret/"' || "$vault" secrets enable -path=secret -version=2 kv >&2
"$vault" policy write workbench policy.hcl >&2
"$vault" auth list -format=json | grep -q '"approle/"' || "$vault" auth enable approle >&2
"$vault" write auth/approle/role/workbench token_policies=workbench token_period=1h >&2
secrets="${SECRETS_FOLDER:-../secrets}"
if [ -d "$secrets" ] && ! "$vault" kv get secret/workbench >/dev/null 2>&1; then
    ls "$secrets" >/dev/null 2>&1 || fail "$secrets cannot be read; run this as the user who owns it"
    set --
    for name in database_url database_owner_url objects_password objects_identities cache_url cache_password signing_key metrics_token; do
        [ ! -s "$secrets/$name" ] || set -- "$@" "$name=@$secrets/$name"
    done
    [ $# -eq 0 ] || "$vault" kv put secret/workbench "$@" >&2
fi
credentials=""
if [ -n "${DATABASE_ADMIN_URL:-}" ]; then
    account="${DATABASE_ADMIN_URL#*://}"
    place="${account##*@}"
    account="${account%@*}"
    owner="${account%%:*}"
    "$vault" secrets list -format=json | grep -q '"database/"' || "$vault" secrets enable database >&2
    "$vault" write database/config/workbench plugin_name=postgresql-database-plugin allowed_roles=workbench \
        connection_url="postgresql://{{username}}:{{password}}@$place" username="$owner" password="${account#*:}" >&2 ||
        fail "the server cannot sign in to the database"
    # Tables that an account makes belong to the role it acts as, so nothing is lost with the account.
    acts_as="${DATABASE_ROLE:-$owner}"
    "$vault" write database/roles/workbench db_name=workbench default_ttl=24h max_ttl=72h creation_statements="
        create role \"{{name}}\" login password '{{password}}' valid until '{{expiration}}' in role \"$acts_as\";
        alter role \"{{name}}\" set role to \"$acts_as\";" \
        revocation_statements="drop role if exists \"{{name}}\";" >&2
    credentials=database/creds/workbench
fi
if [ -n "${TRANSIT:-}" ]; then
    [ "$TRANSIT" = workbench ] || fail "TRANSIT is workbench, which policy.hcl names"
    "$vault" secrets list -format=json | grep -q '"transit/"' || "$vault" secrets enable transit >&2
    "$vault" read transit/keys/workbench >/dev/null 2>&1 || "$vault" write -f transit/keys/workbench type=aes256-gcm96 >&2
    "$vault" write transit/keys/workbench/config auto_rotate_period=2160h >&2
fi
if [ -n "${PKI_DOMAIN:-}" ]; then
    "$vault" secrets list -format=json | grep -q '"pki/"' || "$vault" secrets enable -max-lease-ttl=87600h pki >&2
    "$vault" read pki/cert/ca >/dev/null 2>&1 ||
        "$vault" write "pki/root"/generate/internal common_name="Workbench internal authority" key_type=ec key_bits=256 ttl=87600h >&2
    "$vault" write pki/roles/workbench allowed_domains="$PKI_DOMAIN,database,cache,objects,api,pages,localhost" allow_subdomains=true \
        allow_bare_domains=true allow_ip_sans=true key_type=ec key_bits=256 max_ttl=2160h ttl=2160h >&2
fi
role_id="$("$vault" read -field=role_id auth/approle/role/workbench/role-id)"
secret_id="$("$vault" write -f -field=secret_id auth/approle/role/workbench/secret-id)"
echo "WORKBENCH_SECRETS__KIND=vault"
echo "WORKBENCH_SECRETS__ADDRESS=${WORKBENCH_VAULT_ADDRESS:-$VAULT_ADDR}"
echo "WORKBENCH_SECRETS__ROLE_ID=$role_id"
echo "WORKBENCH_SECRETS__SECRET_ID=$secret_id"
[ -z "$credentials" ] || echo "WORKBENCH_DATABASE__URL=postgresql://$place"
[ -z "$credentials" ] || echo "WORKBENCH_DATABASE__CREDENTIALS=$credentials"
[ -z "${TRANSIT:-}" ] || echo "WORKBENCH_SECRETS__TRANSIT=$TRANSIT"
