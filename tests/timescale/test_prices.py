"""Daily bars behave as on plain PostgreSQL."""

from tests.db.test_prices import *  # noqa: F403
