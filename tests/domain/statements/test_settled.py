"""Columns of long ago and columns of the day make the statement of that day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from workbench.domain.facts.source import SourceFact
from workbench.domain.facts.splits import Split
from workbench.domain.statements.identities import Outcome
from workbench.domain.statements.per_share import evaluate_per_share
from workbench.domain.statements.settled import with_known_splits
from workbench.domain.statements.statement import Figure, StatementColumn, StatementPeriod, Status

END = date(2012, 12, 31)
# As Apple's: seven for one in 2014, four for one in 2020.
SEVEN, FOUR = Split(Fraction(7), date(2014, 7, 23), "A-14"), Split(Fraction(4), date(2020, 10, 30), "A-20")
BOTH = "7 for 1 in A-14, 4 for 1 in A-20"


def share_figure(value: str, adjusted: str | None, unit: str, words: str | None = BOTH) -> Figure:
    fact = SourceFact("us-gaap:Shares", unit, date(2012, 1, 1), END, Decimal(value), "A-13", "10-K", date(2013, 2, 1))
    adjusted_value = None if adjusted is None else Decimal(adjusted)
    return Figure(END, Decimal(value), unit, Status.REPORTED, facts=(fact,), adjusted_value=adjusted_value, adjustment=words)


@pytest.mark.parametrize(
    ("as_of", "shares", "per_share", "words"),
    [
        (date(2020, 10, 30), "28000", "1.5", BOTH),
        (date(2020, 10, 29), "7000", "6", "7 for 1 in A-14"),
        (date(2014, 7, 23), "7000", "6", "7 for 1 in A-14"),
        (date(2014, 7, 22), None, None, None),
    ],
)
def test_share_figures_are_in_the_shares_of_the_day(
    as_of: date, shares: str | None, per_share: str | None, words: str | None
) -> None:
    refused = Figure(END, None, "shares", Status.REFUSED, reason="not_reported")
    money = share_figure("99", None, "USD", None)
    column = StatementColumn(
        StatementPeriod(date(2012, 1, 1), END, 2012, None),
        (share_figure("1000", "28000", "shares"), share_figure("42", "1.5", "USD/shares"), refused, money),
        (),
    )
    known = with_known_splits(column, (SEVEN, FOUR), as_of)
    assert known.figures == (
        share_figure("1000", shares, "shares", words), share_figure("42", per_share, "USD/shares", words), refused, money,
    )  # fmt: skip
    assert (known.period, known.checks) == (column.period, column.checks)


@pytest.mark.parametrize(
    ("per_share", "shares", "earnings", "outcome"),
    [
        # 42,042 for 1,001 shares at 42: the rounding of both explains 26. A split after both filings explains nothing.
        (("42", "1.5"), ("1001", "28028"), "42020", Outcome.HOLDS),
        (("42", "1.5"), ("1001", "28028"), "41992", Outcome.BROKEN),
        # The amount was filed before the split, the count after it: the rounding of 28,028 shares explains 141.
        (("42", "1.5"), ("28028", None), "41992", Outcome.HOLDS),
        (("42", "1.5"), ("28028", None), "41899", Outcome.BROKEN),
        (("1.5", None), ("1001", "28028"), "42042", Outcome.HOLDS),
    ],
)
def test_earnings_per_share_are_compared_in_the_shares_of_the_count(
    per_share: tuple[str, str | None], shares: tuple[str, str | None], earnings: str, outcome: Outcome
) -> None:
    column = {
        "eps_basic": share_figure(*per_share, "USD/shares"),
        "weighted_average_shares": share_figure(*shares, "shares"),
        "net_income": share_figure(earnings, None, "USD", None),
    }
    assert evaluate_per_share(column).outcome is outcome
