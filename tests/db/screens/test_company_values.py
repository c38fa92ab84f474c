"""Stored valuation measures are what a valuation says, hold as long as it does, and give screens over any company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import known_ciks, resolve, save_company
from db.engine import Database
from db.facts.versions import facts_changed
from db.market.prices import save_bars
from db.screens import company_values, screened_values, valuation
from db.screens.company_metrics import refresh_company
from db.screens.company_values import refresh_values, stale_values
from db.screens.screening import run_screen
from tests.conftest import SHARED
from tests.recorded_prices import as_traded
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.measures.screens import Screen, parse_filters, parse_metrics
from workbench.domain.measures.valuation import multiples
from workbench.domain.screens.screen_results import ScreenResult

# A Thursday; the next report of both companies came a week later, or two months.
DAY = date(2022, 10, 20)
TICKERS = ("AAPL", "COST")


@pytest.fixture(scope="module")
def of_the_day(recorded: Database) -> Iterator[sa.Connection]:
    """The day is today: nothing was filed or traded later, and each company has its values. Tests take savepoints of it."""
    with pytest.MonkeyPatch.context() as patch, recorded.engine.connect() as connection:
        for module in (valuation, screened_values):
            patch.setattr(module, "today", lambda: DAY)
        transaction = connection.begin()
        connection.execute(sa.text("delete from financial_metrics where filed_on > :day"), {"day": DAY})
        for ticker in TICKERS:
            save_bars(connection, [bar for bar in as_traded(SHARED, ticker) if bar.traded_on <= DAY])
            refresh_company(connection, resolve(connection, ticker).cik)
        for cik in stale_values(connection, DAY):
            refresh_values(connection, cik)
        yield connection
        transaction.rollback()


@pytest.fixture
def stored(of_the_day: sa.Connection) -> Iterator[sa.Connection]:
    with of_the_day.begin_nested() as transaction:
        yield of_the_day
        transaction.rollback()


@pytest.fixture
def today(stored: sa.Connection) -> sa.Connection:
    """Without stored values."""
    for table in ("company_values", "company_value_states"):
        stored.execute(sa.text(f"delete from {table}"))
    return stored


def ask(connection: sa.Connection, text: str, as_of: date | None = None, show: str = "") -> ScreenResult:
    return run_screen(connection, Screen(parse_filters([text]), parse_metrics([show]), as_of=as_of))


def found(result: ScreenResult) -> list[tuple[str, list[object]]]:
    return [(row.company.label, [(each.value, each.period_end) for each in row.figures]) for row in result.rows]


@pytest.mark.mirror
def test_a_screen_by_stored_values_is_that_of_valuations(stored: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stale_values(stored, DAY) == []
    everything = ",".join(multiples())
    of_day = ask(stored, "pe < 40", DAY, everything)
    # 143.39 and 464.62 at the close; earnings of 99,633 and 5,844 million in the twelve months before.
    assert [row.figures[0].value for row in of_day.rows] == [Decimal("35.1887"), Decimal("23.1287")]
    monkeypatch.setattr(screened_values, "valuation", None)  # nothing is computed on request
    assert found(ask(stored, "pe < 40", None, everything)) == found(of_day)
    shown = ask(stored, "revenue > 200B", None, "pe")
    assert {label: figures[1] for label, figures in found(shown)} == {
        "AAPL": (Decimal("23.1287"), DAY), "COST": (Decimal("35.1887"), DAY),
    }  # fmt: skip


@pytest.mark.mirror
def test_more_companies_than_a_request_can_value_are_counted(today: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screened_values, "MOST_VALUED", 1)
    result = ask(today, "pe < 40")
    assert (result.matched, result.reasons["not_computed"]) == (0, len(TICKERS))
    refresh_values(today, resolve(today, "AAPL").cik)  # one is left, which a request can value
    assert [row.company.label for row in ask(today, "pe < 40").rows] == ["COST", "AAPL"]


@pytest.mark.mirror
def test_a_company_that_cannot_be_evaluated_has_its_reason(stored: sa.Connection) -> None:
    others = len(known_ciks(stored)) - len(TICKERS)
    assert ask(stored, "pe < 40").reasons == {"no_recent_price": others}
    assert ask(stored, "ticker in AAPL; revenue > 1 EUR").reasons == {"currency_mismatch": 1}
    assert ask(stored, "ticker in AAPL,COST; goodwill > 1T; interest_coverage > 1e9").undecided == 0  # the first is false
    assert ask(stored, "ticker in WMT; revenue > 1").reasons == {"not_computed": 1}
    assert ask(stored, "ticker in AAPL; noncontrolling_interest > 0").reasons == {"no_figure": 1}
    save_company(stored, Company(Cik(7), "Acme Corp"))
    assert ask(stored, "pe < 40").reasons == {"no_recent_price": others, "not_listed": 1}
    words = ask(stored, "ticker in AAPL; revenue > 1 EUR").reasons_in_words
    assert words.startswith("1 cannot be evaluated: 1 – the figures are in different currencies")


@pytest.mark.mirror
def test_a_refused_measure_is_counted_by_the_reason_of_the_valuation(stored: sa.Connection) -> None:
    # Costco's earnings per share without the count of its newest cover page prove nothing.
    cik = resolve(stored, "COST").cik
    concept = "(select concept_id from concepts where tag = 'EntityCommonStockSharesOutstanding')"
    stored.execute(sa.text(f"delete from financial_metrics where cik = {cik} and concept_id = {concept}"))
    facts_changed(stored, cik)
    live = ask(stored, "ticker in COST; pe < 40")
    refresh_values(stored, cik)
    assert ask(stored, "ticker in COST; pe < 40").reasons == live.reasons
    assert set(live.reasons) <= {"several_share_classes", "no_share_count"}
    assert live.undecided == 1


@pytest.mark.mirror
@pytest.mark.parametrize("change", ["close", "facts", "ticker", "industry", "state", "rules", "day"])
def test_values_hold_until_what_they_follow_from_changes(
    stored: sa.Connection, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    apple, day = resolve(stored, "AAPL"), DAY
    if change == "close":
        save_bars(stored, [bar for bar in as_traded(SHARED, "AAPL") if bar.traded_on == DAY + timedelta(days=1)])
    elif change == "facts":
        facts_changed(stored, apple.cik)
    elif change == "ticker":
        save_company(stored, Company(apple.cik, apple.name, (*apple.listings, Listing(Ticker("AAPL-PA"))), sic=apple.sic))
    elif change == "industry":
        save_company(stored, Company(apple.cik, apple.name, apple.listings, sic="6021"))
    elif change == "state":
        save_company(stored, replace(apple, state_of_incorporation="E9"))
    elif change == "rules":
        monkeypatch.setattr(company_values, "HOLDS", company_values.HOLDS.replace(company_values.RULES, "0" * 64))
    else:
        day = DAY + timedelta(days=8)
        stored.execute(sa.text("update stock_prices set traded_on = traded_on + 8 where traded_on = :day"), {"day": DAY})
    assert apple.cik in stale_values(stored, day)


@pytest.mark.mirror
def test_a_valuation_is_the_same_up_to_the_day_it_names(today: sa.Connection) -> None:
    apple = resolve(today, "AAPL")
    now = valuation.valuation(today, apple, DAY)
    # The close is a week old on the 27th; the count and the figures are newer than that.
    assert now.holds_until == date(2022, 10, 27)
    then = valuation.valuation(today, apple, now.holds_until)
    assert [line.figure.value for line in then.lines] == [line.figure.value for line in now.lines]
    after = valuation.valuation(today, apple, now.holds_until + timedelta(days=1))
    assert {line.figure.reason for line in after.lines} == {"stale_price"}
    # Without a new report, fiscal 2021 (to 25 September) is too old after 490 days, before the quarter to 25 June is.
    old = valuation.valuation(today, apple, date(2022, 12, 1))
    assert old.holds_until == date(2023, 1, 28)
