"""XBRL."""
