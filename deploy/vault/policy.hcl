# What the workbench may read: its one secret and nothing else.
path "secret/data/workbench" {
  capabilities = ["read"]
}
