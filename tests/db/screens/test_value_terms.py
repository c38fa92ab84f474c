"""Screens by value as of a past day: from stored terms, which give what a valuation of that day says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import resolve
from db.engine import Database
from db.facts.versions import facts_changed
from db.market.prices import save_bars
from db.screens import screened_values
from db.screens.screening import run_screen
from db.screens.valuation import valuation
from db.screens.value_terms import refresh_terms, stale_terms, values_as_of
from tests.conftest import SHARED
from tests.db.screens.test_valuation import bar, closes
from tests.recorded_prices import as_traded
from workbench.domain.identity import Cik
from workbench.domain.measures.screens import Screen, parse_filters, parse_metrics
from workbench.domain.measures.valuation import multiples
from workbench.domain.screens.screen_results import ScreenResult

pytestmark = pytest.mark.mirror

PRICED = ("AAPL", "NKE")
LAST = date(2022, 11, 18)
# The first day after Apple's split of 2020, which its report shows two months later.
SPLIT = date(2020, 9, 1)
NAMES = tuple(multiples())
STRETCHES = sa.text("select known_from, known_until, terms from company_value_terms where cik = :cik order by known_from")


@pytest.fixture(scope="module")
def stored(recorded: Database) -> Iterator[sa.Connection]:
    """Terms of two companies up to the last recorded close, in a transaction that is rolled back."""
    with recorded.engine.connect() as connection:
        transaction = connection.begin()
        for ticker in PRICED:
            save_bars(connection, as_traded(SHARED, ticker))
        for cik in stale_terms(connection, LAST):
            refresh_terms(connection, cik, LAST)
        yield connection
        transaction.rollback()


@pytest.fixture
def trial(stored: sa.Connection) -> Iterator[sa.Connection]:
    """The same, for what one test changes."""
    with stored.begin_nested() as savepoint:
        yield stored
        savepoint.rollback()


def by_terms(connection: sa.Connection, day: date) -> dict[Cik, tuple[object, ...]]:
    return {each.cik: (each.traded_on, each.figures, each.reasons) for each in values_as_of(connection, day, NAMES)}


def by_valuation(connection: sa.Connection, ticker: str, day: date) -> tuple[object, ...]:
    result = valuation(connection, resolve(connection, ticker), day)
    figures = {line.line: line.figure for line in result.lines}
    values = {name: figure.value for name, figure in figures.items() if figure.value is not None}
    return (
        result.price.traded_on if result.price else None, values,
        {name: figure.reason for name, figure in figures.items() if figure.value is None},
    )  # fmt: skip


def ask(connection: sa.Connection, text: str, as_of: date) -> ScreenResult:
    return run_screen(connection, Screen(parse_filters([text]), as_of=as_of))


# Apple's splits of 2014 and 2020 with the weeks until its reports, Nike's of 2012, days of filing, the day after, weekends.
@pytest.mark.parametrize(
    ("ticker", "days"),
    [
        (
            "AAPL",
            "2010-02-01 2013-03-01 2014-06-06 2014-06-09 2014-06-10 2014-07-23 2014-07-24 2020-08-28 2020-09-01 2020-10-30",
        ),
        ("NKE", "2010-03-01 2012-12-25 2012-12-27 2013-01-06 2013-01-18 2015-04-07 2018-03-01"),
    ],
)
def test_terms_and_a_close_give_the_valuation_of_a_day(stored: sa.Connection, ticker: str, days: str) -> None:
    cik = resolve(stored, ticker).cik
    for day in map(date.fromisoformat, days.split()):
        assert by_terms(stored, day)[cik] == by_valuation(stored, ticker, day), day


def test_a_screen_of_a_past_day_values_nothing(stored: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screened_values, "valuation", None)
    result = ask(stored, "pe between 30 and 50", SPLIT)
    # 134.18 * 4 * 4,275,634,000 shares by 58,424 million of the twelve months to June 2020.
    assert [(row.company.label, row.figures[0].value) for row in result.rows] == [("AAPL", Decimal("39.2787"))]
    # Nike counts its shares by class; nobody else has closes.
    assert result.reasons == {"no_recent_price": result.companies - len(PRICED), "several_share_classes": 1}
    shown = run_screen(stored, Screen(parse_filters(["ticker in AAPL"]), parse_metrics(["pe"]), as_of=SPLIT))
    assert shown.rows[0].figures[0].value == Decimal("39.2787")


def test_more_than_a_request_can_value_are_counted(trial: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    facts_changed(trial, resolve(trial, "AAPL").cik)
    assert [row.figures[0].value for row in ask(trial, "pe > 30", SPLIT).rows] == [Decimal("39.2787")]  # on request
    monkeypatch.setattr(screened_values, "MOST_VALUED", 0)
    result = ask(trial, "pe > 30", SPLIT)
    assert (result.matched, result.reasons["not_computed"]) == (0, 1)
    refresh_terms(trial, resolve(trial, "AAPL").cik, LAST)
    assert ask(trial, "pe > 30", SPLIT).matched == 1


def test_a_changed_close_counts_from_its_day_on(trial: sa.Connection) -> None:
    apple = resolve(trial, "AAPL")
    # A close that no split and no market explains: the basis is unknown until the next report.
    own = next(each for each in as_traded(SHARED, "AAPL") if each.traded_on == date(2020, 8, 31))
    save_bars(trial, [replace(own, close=own.close * 7)])
    assert apple.cik in stale_terms(trial, LAST)
    assert apple.cik in by_terms(trial, date(2020, 8, 28))
    assert apple.cik not in by_terms(trial, SPLIT)
    refresh_terms(trial, apple.cik, LAST)
    assert by_terms(trial, SPLIT)[apple.cik] == by_valuation(trial, "AAPL", SPLIT)
    assert by_terms(trial, SPLIT)[apple.cik][2] == dict.fromkeys(NAMES, "share_basis_unknown")
    assert by_terms(trial, date(2020, 11, 2))[apple.cik] == by_valuation(trial, "AAPL", date(2020, 11, 2))


def test_new_closes_add_to_what_is_stored(trial: sa.Connection) -> None:
    apple = resolve(trial, "AAPL")
    before = trial.execute(STRETCHES, {"cik": apple.cik.number}).all()
    day = LAST + timedelta(days=4)
    save_bars(trial, [bar("AAPL", day, "150.18", "alpha-vantage-adjusted")])
    assert refresh_terms(trial, apple.cik, day) <= 1
    assert trial.execute(STRETCHES, {"cik": apple.cik.number}).all()[: len(before) - 1] == before[:-1]
    assert by_terms(trial, day)[apple.cik] == by_valuation(trial, "AAPL", day)


def test_of_two_sources_each_day_has_its_own(trial: sa.Connection) -> None:
    save_bars(trial, closes("AAPL", date(2021, 3, 1), "100"))
    refresh_terms(trial, resolve(trial, "AAPL").cik, LAST)
    for day in (date(2020, 7, 1), date(2021, 2, 26), date(2021, 6, 1)):
        assert by_terms(trial, day)[resolve(trial, "AAPL").cik] == by_valuation(trial, "AAPL", day), day
