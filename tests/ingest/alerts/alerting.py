"""Two companies whose filings arrive, rules about them, and what is told: for tests of notices."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from db.alerts import deliveries
from db.engine import Database
from db.filings.filing_index import save_filings
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import NoticeState
from workbench.domain.alerts.rules import AlertRule
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.alerts.notices import add_rule, look, send_due

BASE = "http://workbench.example:8000"
APPLE = Company(Cik(320193), "Apple Inc.", (Listing(Ticker("AAPL"), "Nasdaq"),))
WALMART = Company(Cik(104169), "Walmart Inc.", (Listing(Ticker("WMT"), "NYSE"),))
# 4 November 2024 was a Monday.
MONDAY = datetime(2024, 11, 4, 12, tzinfo=UTC)
THAT_DAY = MONDAY.date()


def filing(number: int, form: str = "10-Q", day: date = THAT_DAY, company: Company = APPLE, **more: Any) -> Filing:
    return Filing(company.cik, Accession(f"{company.cik.padded}-24-{number:06d}"), form, day, **more)


def arrive(database: Database, *filings: Filing) -> None:
    with database.write() as connection:
        save_filings(connection, filings)


def rule(database: Database, notifier: Any, condition: str = "filing", now: datetime = MONDAY, **more: Any) -> AlertRule:
    schedule = more.pop("schedule", Schedule())
    given = {"owner": "local", "channel": "ops", **more}
    return add_rule(database, notifier, condition=condition, schedule=schedule, now=now, **given)


def tell(database: Database, notifier: Any, now: datetime = MONDAY) -> list[IngestReport]:
    done = [look(database, now=now)]
    return done + list(send_due(database, notifier, clock=lambda: now, base=BASE))


def states(database: Database) -> list[tuple[str, int, str | None]]:
    with database.read() as connection:
        rows = deliveries.list_deliveries(connection, states=list(NoticeState), limit=None)
    return [(row.state.value, row.attempts, row.error) for row in reversed(rows)]
