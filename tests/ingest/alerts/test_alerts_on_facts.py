"""Thresholds and restatements, told as recorded companies filed them: facts come in up to a day, then up to a later one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from db.companies import save_company, save_loaded_part
from db.engine import Database
from db.facts.loading import load_facts
from tests.conftest import MIRROR
from tests.notifiers import MemoryNotifier
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.facts.fact import Fact
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.ingest.alerts.notices import add_rule, look, preview, send_due
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.parse.xbrl.companyfacts import parse_company_facts

pytestmark = pytest.mark.mirror

APPLE = Company(Cik(320193), "Apple Inc.", (Listing(Ticker("AAPL"), "Nasdaq"),), sic="3571", fiscal_year_end="0928")


def recorded_facts(first: date, last: date) -> list[Fact]:
    content = (MIRROR / f"api/xbrl/companyfacts/CIK{APPLE.cik.padded}.json").read_bytes()
    return [fact for fact in parse_company_facts(content, APPLE.cik).facts if first <= fact.filed_on <= last]


def arrive(database: Database, first: date, last: date) -> None:
    """The facts that Apple filed from one day to another, with the latest figures that follow."""
    with database.write() as connection:
        save_company(connection, APPLE)
        load_facts(connection, APPLE.cik, recorded_facts(first, last))
        save_loaded_part(connection, APPLE.cik, "facts", sha256=f"{last}", reader="test")
    refresh_metrics(database, [APPLE.cik])


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def told(database: Database, conditions: Sequence[str], start: date, made: date, ends: Sequence[date]) -> MemoryNotifier:
    """What rules tell that are made on a day with Apple's filings from `start` on, at looks on later days."""
    notifier = MemoryNotifier()
    arrive(database, start, made)
    for condition in conditions:
        add_rule(
            database, notifier, owner="local", condition=condition, channel="ops", schedule=Schedule(), now=noon(made),
            company="AAPL",
        )  # fmt: skip
    seen = made
    for end in (made, *ends):
        if end > seen:
            arrive(database, seen + timedelta(days=1), end)
            seen = end
        look(database, now=noon(end))
        list(send_due(database, notifier, clock=lambda end=end: noon(end), base="http://x"))  # type: ignore[misc]
    return notifier


def test_a_figure_is_told_when_a_filing_makes_it_cross_and_not_again(database: Database) -> None:
    conditions = ["revenue >= 391.035B", "net_margin < 24", "revenue > 300B", "every revenue > 300B", "revenue > 300B EUR"]
    notifier = told(database, conditions, date(2023, 10, 1), date(2024, 10, 31), [date(2024, 11, 5), date(2025, 2, 28)])
    # Fiscal 2024, filed on 1 November 2024: revenue 391,035 million after 383,285, net income 93,736 after 96,995.
    assert notifier.titles == [
        "AAPL: revenue 391.035 billion USD, now at least 391.035 billion USD",
        "AAPL: net margin 23.9713 %, now below 24 %",
        "AAPL: revenue 391.035 billion USD, above 300 billion USD",
    ]
    text = notifier.received[0][1].text
    assert "391.035 billion USD (FY 2024, to 28 Sep 2024)\n" in text
    assert "  Exactly     391,035,000,000 USD\n" in text
    assert "  Before      383.285 billion USD (to 30 Sep 2023)\n" in text
    assert "  Filed       10-K 0000320193-24-000123 of 1 Nov 2024\n" in text
    page = "http://x/company?ticker=AAPL&period=annual&as_of=2024-11-01&figure=revenue%402024-09-28&kind=income"
    assert f"  Page        {page}\n" in text
    assert "net_income / revenue" in notifier.received[1][1].text


def test_a_quarter_is_told_by_the_operands_it_is_derived_from(database: Database) -> None:
    # July to September 2024 is the year's 391,035 million less the nine months' 296,105: 94,930.
    notifier = told(database, ["revenue@quarter >= 94B"], date(2023, 10, 1), date(2024, 10, 31), [date(2024, 11, 5)])
    assert notifier.titles == ["AAPL: revenue (quarter) 94.93 billion USD, now at least 94 billion USD"]
    assert "Formula" in notifier.received[0][1].text


def test_a_restatement_is_told_once_with_its_lines(database: Database) -> None:
    # On 25 January 2010 Apple filed fiscal 2009 again, under new rules for what it sells with software, and its first
    # quarterly report that has the year before by them.
    days = [date(2010, 1, 26), date(2010, 2, 2)]
    notifier = told(database, ["restatement", "restatement split"], date(2009, 1, 1), date(2010, 1, 20), days)
    assert notifier.titles == ["AAPL: restatement of 13 lines in a 10-Q", "AAPL: restatement of 24 lines in a 10-K/A"]
    text = notifier.received[1][1].text
    assert "10-K/A 0001193125-10-012091 of 25 Jan 2010" in text
    assert "42,905,000,000 USD instead of 36,537,000,000 (28 Sep 2008 to 26 Sep 2009, +17.43 %" in text
    assert "http://x/company?ticker=AAPL&as_of=2010-01-25" in text


def test_a_preview_of_a_threshold_goes_back_over_the_years(database: Database) -> None:
    notifier = MemoryNotifier()
    arrive(database, date(2021, 10, 1), date(2024, 11, 5))
    rule = add_rule(
        database, notifier, owner="local", condition="every revenue > 380B", channel="ops", schedule=Schedule(),
        now=noon(date(2024, 11, 5)),
    )  # fmt: skip
    found = preview(database, rule, since=date(2021, 10, 1), now=noon(date(2024, 11, 5)))
    assert [notice.title.split(",")[0] for notice in found] == [
        "AAPL: revenue 394.328 billion USD", "AAPL: revenue 383.285 billion USD", "AAPL: revenue 391.035 billion USD"
    ]  # fmt: skip
    look(database, now=noon(date(2024, 11, 6)))
    assert list(send_due(database, notifier, clock=lambda: noon(date(2024, 11, 6)), base="http://x")) == []
