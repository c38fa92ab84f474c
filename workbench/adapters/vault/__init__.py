"""Vault and OpenBao: signing in, and accounts for the database."""
