"""Weekly and monthly bars behave as on plain PostgreSQL."""

from tests.db.market.test_price_bars import *  # noqa: F403
