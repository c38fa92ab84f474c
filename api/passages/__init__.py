"""Passages."""
