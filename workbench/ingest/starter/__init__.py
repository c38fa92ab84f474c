"""Starter data: figures of a few different companies, so that a new workbench has something to show.

`figures.parquet` in this folder has companies, filing indexes and XBRL facts, written by `workbench starter build`.
"""

from workbench.ingest.starter.load import is_empty, load_starter

__all__ = ["is_empty", "load_starter"]
