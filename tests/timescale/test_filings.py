"""Filings behave as on plain PostgreSQL."""

from tests.db.test_filings import *  # noqa: F403
