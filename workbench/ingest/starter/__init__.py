"""Starter data: figures of a few companies of different kinds, so that a new workbench has something to show.

`figures.parquet` beside this file holds companies, filings index and XBRL facts, as `workbench starter build` wrote them.
"""

from workbench.ingest.starter.load import is_empty, load_starter

__all__ = ["is_empty", "load_starter"]
