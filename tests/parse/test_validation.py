"""What may come in, and what is refused and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.parse.validation import fitting_bars, fitting_facts

FACT = Fact(
    Cik(7), Concept("us-gaap", "Revenues"), "USD", date(2023, 1, 1), date(2023, 12, 31), Decimal("1.5"),
    Accession("0000000007-24-000001"), "10-K", date(2024, 2, 20),
)  # fmt: skip
BAR = DailyBar(
    Ticker("ACME"), date(2024, 1, 2), Decimal(10), Decimal(12), Decimal(9), Decimal(11), 1000, Decimal("5.5"), "alpha-vantage"
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"period_end": date(2022, 12, 31)}, "fact whose period ends before it starts"),
        ({"period_end": date(20, 12, 31), "period_start": None}, "fact of a day that no filing is about"),
        ({"period_end": date(2203, 12, 31), "period_start": None}, "fact of a day that no filing is about"),
        ({"period_start": date(1023, 1, 1)}, "fact of a day that no filing is about"),
        ({"period_start": date(1901, 1, 1)}, "fact of more than a century"),
        ({"filed_on": date(1924, 2, 20)}, "fact filed on a day that EDGAR has not seen"),
        ({"value": Decimal("-1e25")}, "fact whose value is out of range"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_and_its_neighbours_are_not(changes: dict[str, Any], reason: str) -> None:
    facts = [FACT, FACT._replace(**changes), FACT._replace(period_start=None)]
    assert fitting_facts(facts) == ((facts[0], facts[2]), {reason: 1})


def test_a_fact_with_several_faults_is_refused_once() -> None:
    wrong = FACT._replace(period_end=date(1, 1, 1), value=Decimal("1e30"))
    stored, refused = fitting_facts([wrong, FACT, wrong])
    assert (stored, refused.total()) == ((FACT,), 2)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"open": Decimal(0)}, "price_not_positive"),
        ({"close": Decimal(-1)}, "price_not_positive"),
        ({"high": Decimal(8)}, "high_below_low"),
        ({"volume_shares": -1}, "volume_negative"),
        ({"adjusted_close": Decimal(0)}, "adjusted_close_not_positive"),
        ({"traded_on": date(204, 1, 2)}, "not_a_date"),
    ],
)
def test_a_bar_that_is_no_trading_day_is_refused(changes: dict[str, Any], reason: str) -> None:
    bars = [replace(BAR, adjusted_close=None), replace(BAR, **changes), BAR]
    assert fitting_bars(bars) == ((bars[0], BAR), {reason: 1})


def test_what_fits_is_the_same_to_the_last_digit() -> None:
    exact = FACT._replace(value=Decimal("123456789012345.0123456789"))
    assert fitting_facts([exact]) == ((exact,), {})
    assert fitting_facts([]) == ((), {})
    assert fitting_bars([]) == ((), {})
