#!/bin/sh
# Once, with VAULT_ADDR and an administrator's VAULT_TOKEN: the policy, an AppRole for the workbench, and its two parts.
# Then put the secrets there:  vault kv put secret/workbench database_url=... objects_password=... signing_key=...
set -eu
cd "$(dirname "$0")"
vault="${VAULT_PROGRAM:-vault}"
"$vault" policy write workbench policy.hcl
"$vault" auth list -format=json | grep -q '"approle/"' || "$vault" auth enable approle
"$vault" write auth/approle/role/workbench token_policies=workbench token_ttl=20m token_max_ttl=1h
echo "WORKBENCH_SECRETS__KIND=vault"
echo "WORKBENCH_SECRETS__ADDRESS=$VAULT_ADDR"
echo "WORKBENCH_SECRETS__ROLE_ID=$("$vault" read -field=role_id auth/approle/role/workbench/role-id)"
echo "WORKBENCH_SECRETS__SECRET_ID=$("$vault" write -f -field=secret_id auth/approle/role/workbench/secret-id)"
