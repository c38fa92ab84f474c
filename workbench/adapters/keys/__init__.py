"""Encryption of stored secrets, and the key that everything signed follows from."""
