"""Sharing of own work with roles."""
