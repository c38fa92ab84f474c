"""What the loops over units are tried in: three companies, and a stand-in for the work of one unit, which may fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.engine import Database
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import NotFound
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker

NUMBERS = (1, 2, 3)
COMPANIES = [Company(Cik(number), f"Company {number}", (Listing(Ticker(f"T{number}"), "NYSE"),)) for number in NUMBERS]
FILINGS = [
    Filing(company.cik, Accession(f"{company.cik.padded}-24-000001"), "10-K", date(2024, 2, 1), primary_document="a.htm")
    for company in COMPANIES
]
CIKS = tuple(str(number) for number in NUMBERS)
NOW = datetime(2024, 11, 4, 12, tzinfo=UTC)


@dataclass
class Room:
    """One run of a loop: what is there, which unit breaks and with what, and which were done and tried."""

    database: Database
    objects: FolderStore
    patch: pytest.MonkeyPatch
    broken: str | None = None
    fail: Callable[[Any], None] = lambda _: None
    done: set[str] = field(default_factory=set)
    tried: list[str] = field(default_factory=list)
    runs: int = 0

    def touch(self, unit: object, connection: sa.Connection | None = None) -> None:
        """The work of one unit."""
        self.tried.append(str(unit))
        if str(unit) == self.broken:
            if connection is not None:
                self.fail(connection)
            with self.database.write() as own:
                self.fail(own)
        self.done.add(str(unit))

    @property
    def now(self) -> datetime:
        """A day further with each run: what waits to be tried again has waited long enough."""
        return NOW + timedelta(days=self.runs)


@dataclass(frozen=True)
class Loop:
    """A loop, its three units, the kind their failures are recorded under, and whether their data are known before."""

    name: str
    units: tuple[str, ...]
    kind: str
    run: Callable[[Room], Iterable[object]]
    recorded_as: Callable[[str], str] = str
    is_passed_over: bool = True

    def __str__(self) -> str:
        return self.name


class _Nowhere:
    """A source of anything, which has nothing."""

    name = "nowhere"

    def __getattr__(self, _: str) -> Callable[..., Any]:
        def ask(*_: object, **__: object) -> Any:
            raise NotFound("nothing is here")

        return ask


NOWHERE: Any = _Nowhere()


def prepare(database: Database) -> None:
    """The three companies in an otherwise empty database."""
    with database.write() as connection:
        tables = "companies, ingest_runs, failed_units, alert_rules, alert_notices, report_schedules, embedding_models"
        connection.execute(sa.text(f"truncate {tables} cascade"))
        for company in COMPANIES:
            save_company(connection, company)
