"""The screener."""
