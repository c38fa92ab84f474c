"""Rows to numbers and frames; no input or output."""
