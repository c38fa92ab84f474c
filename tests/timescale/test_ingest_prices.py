"""Ingest of prices behave as on plain PostgreSQL."""

from tests.ingest.market.test_prices import *  # noqa: F403
