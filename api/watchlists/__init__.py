"""Watchlists."""
