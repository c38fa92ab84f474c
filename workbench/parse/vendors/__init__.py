"""Vendors' responses."""
