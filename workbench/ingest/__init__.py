"""Ingest: one function per kind of data, with its ports as arguments."""
