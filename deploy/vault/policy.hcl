# What the workbench may do: read its one secret and, with setup.sh and DATABASE_ADMIN_URL, accounts for the database; encrypt and decrypt with
# its key of the transit engine, with TRANSIT=workbench. That a token
# renews itself and what it asked for is in the policy `default`.
path "secret/data/workbench" {
  capabilities = ["read"]
}
path "database/creds/workbench" {
  capabilities = ["read"]
}
path "transit/encrypt/workbench" {
  capabilities = ["update"]
}
path "transit/decrypt/workbench" {
  capabilities = ["update"]
}
