"""Filings behave as on plain PostgreSQL."""

from tests.db.filings.test_filing_index import *  # noqa: F403
