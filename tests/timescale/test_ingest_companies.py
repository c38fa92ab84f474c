"""Ingest of companies behave as on plain PostgreSQL."""

from tests.ingest.test_companies import *  # noqa: F403
