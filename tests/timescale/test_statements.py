"""Statements behave as on plain PostgreSQL."""

from tests.db.test_statements import *  # noqa: F403
