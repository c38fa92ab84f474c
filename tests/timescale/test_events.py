"""Events behave as on plain PostgreSQL."""

from tests.db.test_events import *  # noqa: F403
