"""Retention behave as on plain PostgreSQL."""

from tests.ingest.test_retention import *  # noqa: F403
