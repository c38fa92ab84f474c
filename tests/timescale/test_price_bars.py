"""Weekly and monthly bars behave as on plain PostgreSQL."""

from tests.db.test_price_bars import *  # noqa: F403
