"""Events behave as on plain PostgreSQL."""

from tests.db.filings.test_events import *  # noqa: F403
