"""Composed passages: they say what they are, state figures exactly once rounded, and leave out what nobody knows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.statements.statement import (
    Figure,
    PeriodKind,
    Statement,
    StatementKind,
    StatementLine,
    StatementPeriod,
    Status,
)
from workbench.ingest.starter.compose import compose, in_words

COMPANY = Company(Cik(7), "Example Co.", (Listing(Ticker("EXA")),))
YEARS = (
    StatementPeriod(date(2022, 10, 1), date(2023, 9, 30), 2023, None),
    StatementPeriod(date(2023, 10, 1), date(2024, 9, 28), 2024, None),
)


def figure(period: StatementPeriod, value: str | None, *, unit: str = "USD", filed_on: date | None = None) -> Figure:
    if value is None:
        return Figure(period.end, None, None, Status.REFUSED, reason="not_reported")
    filed_on = filed_on or date(period.end.year, 11, 1)
    fact = SourceFact("us-gaap:X", unit, period.start, period.end, Decimal(value), "0000000007-24-000001", "10-K", filed_on)
    return Figure(period.end, Decimal(value), unit, Status.REPORTED, facts=(fact,))


def income(**lines: tuple[str | None, str | None]) -> Statement:
    rows = tuple(
        StatementLine(
            name,
            name,
            tuple(
                figure(period, value, unit="USD/shares" if name.startswith("eps") else "USD")
                for period, value in zip(YEARS, values, strict=True)
            ),
        )
        for name, values in lines.items()
    )
    return Statement(COMPANY, StatementKind.INCOME, PeriodKind.ANNUAL, None, YEARS, rows)


def texts(*statements: Statement) -> list[str]:
    return [passage.text for passage in compose(COMPANY, PeriodKind.ANNUAL, statements)]


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("391035000000", "USD", "$391.0 billion"),
        ("-2531000000", "USD", "-$2.5 billion"),
        ("1000000000000", "USD", "$1.0 trillion"),
        ("999960", "USD", "$999,960"),
        ("-12", "USD", "-$12"),
        ("6.08", "USD/shares", "$6.08"),
        ("-0.004", "USD/shares", "$0.00"),
        ("5000000", "EUR", "€5.0 million"),
        ("5000000", "shares", None),
        ("5", None, None),
    ],
)
def test_amounts_read_as_people_say_them(value: str, unit: str | None, words: str | None) -> None:
    assert in_words(Decimal(value), unit) == words


def test_a_year_with_its_growth_and_margins() -> None:
    old, new = texts(
        income(
            revenue=("383285000000", "391035000000"),
            gross_profit=("169148000000", "180683000000"),
            net_income=("96995000000", "93736000000"),
            eps_basic=("6.16", "6.11"),
            eps_diluted=("6.13", "6.08"),
        )
    )
    assert new == (
        "Composed by the workbench from XBRL facts, not written by the company: Example Co. (EXA), fiscal year 2024 "
        "(annual, full year, FY 2024), ended September 28, 2024. Revenue was $391.0 billion, 2.0% more than the $383.3 "
        "billion of a year before. Gross profit was $180.7 billion, 6.8% more than the $169.1 billion of a year before, a"
        " gross margin of 46.2%. Net income was $93.7 billion, 3.4% less than the $97.0 billion of a year before, a net "
        "margin of 24.0%. Earnings per share (EPS) were $6.08 diluted and $6.11 basic."
    )
    assert "year before" not in old


def test_a_loss_has_no_growth_and_is_called_one() -> None:
    text = texts(income(revenue=("100", "200"), net_income=("50", "-20")))[1]
    assert "Net loss was $20, after a profit of $50 a year before, a net margin of -10.0%." in text
    back = texts(income(revenue=("100", "200"), net_income=("-50", "20")))[1]
    assert "Net income was $20, after a loss of $50 a year before, a net margin of 10.0%." in back


def test_what_is_refused_is_left_out() -> None:
    text = texts(income(revenue=("100", "200"), gross_profit=(None, None), net_income=("10", None)))[1]
    assert "ross profit" not in text
    assert "Net" not in text
    assert texts(income(gross_profit=("1", "2"))) == []


def test_a_passage_is_known_from_its_newest_core_fact_on() -> None:
    first, second = compose(COMPANY, PeriodKind.ANNUAL, [income(revenue=("100", "200"))])
    assert (first.filed_on, second.filed_on) == (date(2023, 11, 1), date(2024, 11, 1))


def test_what_was_filed_anew_later_does_not_keep_the_passage_back() -> None:
    late = date(2025, 8, 1)
    restated = Statement(
        COMPANY,
        StatementKind.INCOME,
        PeriodKind.ANNUAL,
        None,
        YEARS,
        (
            StatementLine("revenue", "", (figure(YEARS[0], "90", filed_on=late), figure(YEARS[1], "200"))),
            StatementLine("gross_profit", "", (figure(YEARS[0], "5"), figure(YEARS[1], "7", filed_on=late))),
        ),
    )
    first, second = compose(COMPANY, PeriodKind.ANNUAL, [restated])
    assert (first.filed_on, second.filed_on) == (late, date(2024, 11, 1))
    assert "Revenue was $90." in first.text
    assert "Gross profit was $5" in first.text
    assert second.text.endswith("Revenue was $200.")


def test_titles_and_names_tell_periods_apart() -> None:
    passages = compose(COMPANY, PeriodKind.ANNUAL, [income(revenue=("100", "200"))])
    assert [passage.name for passage in passages] == ["figures-2023-09-30-annual", "figures-2024-09-28-annual"]
    assert passages[1].title == "Figures of Example Co., fiscal year 2024 (composed by the workbench from XBRL facts)"
