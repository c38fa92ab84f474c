"""What the newest report costs to take into a company's figures, against computing all of them: docs/capacity.md."""

from __future__ import annotations

import time
from datetime import date

import pytest

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.screens.refresh import refresh_figures
from workbench.domain.identity import Cik
from workbench.ingest.starter.load import packaged_file
from workbench.parse.starter import StarterCompany, decode

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(0)]

# Apple, Under Armour and Snowflake, which has reported since 2020.
_COMPANIES = (Cik(320193), Cik(1336917), Cik(1640147))


def test_a_new_filing_costs_less_than_all_of_them(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    ratios = []
    for filer in decode(packaged_file(), only=set(_COMPANIES)):
        newest = max(fact.filed_on for fact in filer.facts if fact.form in ("10-K", "10-Q"))
        everything, one = _seconds(database, filer, newest)
        ratios.append(one / everything)
        with capsys.disabled():
            print(f"\n{filer.company.name}: all {everything:.2f} s, its newest report {one:.2f} s, {ratios[-1]:.2f}")  # noqa: T201
    assert len(ratios) == len(_COMPANIES)
    assert sum(ratios) / len(ratios) < 0.5


def _seconds(database: Database, filer: StarterCompany, newest: date) -> tuple[float, float]:
    """Of the processor: all figures before the newest report, and those that it changes."""
    cik, taken = filer.company.cik, []
    with database.write() as connection:
        save_company(connection, filer.company)
        for facts in ([fact for fact in filer.facts if fact.filed_on < newest], filer.facts):
            load_facts(connection, cik, facts)
            started = time.process_time()
            refresh_figures(connection, cik)
            taken.append(time.process_time() - started)
    return taken[0], taken[1]
