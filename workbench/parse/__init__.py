"""Bytes to domain values; pure, no input or output."""
