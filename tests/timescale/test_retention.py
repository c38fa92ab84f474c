"""Retention behave as on plain PostgreSQL."""

from tests.ingest.operations.test_retention import *  # noqa: F403
