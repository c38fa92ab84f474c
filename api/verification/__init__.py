"""Verification of claimed figures."""
