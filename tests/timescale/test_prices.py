"""Daily bars behave as on plain PostgreSQL."""

from tests.db.market.test_prices import *  # noqa: F403
