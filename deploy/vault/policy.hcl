# What the workbench may read: its one secret and, with setup.sh and DATABASE_ADMIN_URL, accounts for the database. That a token
# renews itself and what it asked for is in the policy `default`.
path "secret/data/workbench" {
  capabilities = ["read"]
}
path "database/creds/workbench" {
  capabilities = ["read"]
}
