"""EDGAR's indexes and feeds."""
