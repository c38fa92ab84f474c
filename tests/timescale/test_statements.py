"""Statements behave as on plain PostgreSQL."""

from tests.db.statements.test_as_known import *  # noqa: F403
