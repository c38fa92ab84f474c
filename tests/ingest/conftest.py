"""What tests of notices begin with."""

from __future__ import annotations

from datetime import date

import pytest

from db.companies import save_company
from db.engine import Database
from tests.ingest.alerts.alerting import APPLE, WALMART, arrive, filing
from tests.notifiers import MemoryNotifier


@pytest.fixture
def notifier() -> MemoryNotifier:
    return MemoryNotifier(["desk", "ops"])


@pytest.fixture
def here(database: Database) -> Database:
    """Apple and Walmart, with a filing each from before."""
    with database.write() as connection:
        for company in (APPLE, WALMART):
            save_company(connection, company)
    arrive(database, filing(1, "10-K", date(2024, 11, 1)), filing(1, "10-Q", date(2024, 8, 30), WALMART))
    return database
