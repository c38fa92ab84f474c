"""Filters as SQL: every operator has its text, and values are bound."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.filings.filing_index import save_filings
from db.market.prices import save_bars
from db.screens import screened_values
from db.screens.filter_sql import COMPARISONS, Bindings, conditions_sql
from db.screens.screening import run_screen
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.screens import OPERATORS, Screen, parse_filter, parse_filters


def test_every_operator_can_be_asked() -> None:
    assert set(COMPARISONS) == set(OPERATORS)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("revenue between 123 and 456 CHF", [Decimal(123), Decimal(456), "CHF", "revenue"]),
        ("sic in 3570-3579,7372", [3570, 3579, 7372, 7372]),
        ("ticker in KO", [["KO"]]),
    ],
)
def test_values_are_bound_and_never_part_of_the_sql(text: str, bound: list[object]) -> None:
    values = Bindings()
    sql = conditions_sql([parse_filter(text)], values)
    assert not {"123", "456", "CHF", "3570", "3579", "7372", "KO"} & set(sql.replace("(", " ").replace(")", " ").split())
    assert sorted(map(str, values.values.values())) == sorted(map(str, bound))


def test_alternatives_stand_apart_from_what_is_joined_by_and() -> None:
    values = Bindings()
    sql = conditions_sql(parse_filters(["sic in 1-2,3-4", "ticker in KO"]), values)
    first, second = sql.split(" and (exists")
    assert first.startswith("(coalesce")
    assert first.endswith(")")
    assert " or " in first
    assert " or " not in second
    assert conditions_sql([], values) == "true"


@pytest.mark.parametrize(("days", "is_valued"), [(0, True), (7, True), (8, False)])
def test_a_close_seven_days_old_is_the_last_one_and_an_older_one_is_none(
    connection: sa.Connection, monkeypatch: pytest.MonkeyPatch, days: int, is_valued: bool
) -> None:
    day = date(2024, 5, 17)
    save_company(connection, Company(Cik(21344), "COCA COLA CO", (Listing(Ticker("KO"), "NYSE"),)))
    save_bars(connection, [DailyBar(Ticker("KO"), day - timedelta(days=days), *[Decimal(60)] * 4, 100, None, "vendor")])
    screen = Screen(parse_filters(["pe < 20"]), as_of=day)
    monkeypatch.setattr(screened_values, "_values_of", lambda _, ciks, __: ciks)
    assert (screened_values.values_to_decide(connection, screen) == [Cik(21344)]) is is_valued


@pytest.mark.parametrize(("since", "as_of", "is_filed"), [(0, 0, True), (1, 0, False), (0, -1, False), (-1, 1, True)])
def test_a_filing_counts_from_its_day_to_the_day_of_the_screen(
    connection: sa.Connection, since: int, as_of: int, is_filed: bool
) -> None:
    day = date(2024, 2, 20)
    save_company(connection, Company(Cik(21344), "COCA COLA CO"))
    save_filings(connection, [Filing(Cik(21344), Accession("0000021344-24-000009"), "10-K", day)])
    first = day + timedelta(days=since)
    screen = Screen(parse_filters([f"filed 10-K since {first}"]), as_of=day + timedelta(days=as_of))
    assert (run_screen(connection, screen).matched == 1) is is_filed
