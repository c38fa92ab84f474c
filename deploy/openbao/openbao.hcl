# OpenBao on its volume, by raft. It starts sealed: docs/operations.md has the steps to initialise and unseal it.
# Only containers of the network `back` reach it, so it speaks HTTP.
storage "raft" {
  path    = "/openbao/file"
  node_id = "openbao"
}
listener "tcp" {
  address     = "0.0.0.0:8200"
  tls_disable = true
}
api_addr     = "http://openbao:8200"
cluster_addr = "http://openbao:8201"
ui           = false
