"""Quarterly figures of the complete companies: the year is the sum of its quarters, or a quarter is refused with a reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from db.companies import resolve
from db.engine import Database
from db.statements.as_known import statement
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind, Status

pytestmark = pytest.mark.mirror

COMPLETE = ("AAPL", "NVDA", "GOOGL", "PG", "WMT", "NKE", "MCD")
# Five figures, each rounded to half a million at most.
ROUNDING = Decimal(2_500_000)
# What adds up of each company, so that refusing everything would not pass.
LEAST = 300


def both(recorded: Database, ticker: str, kind: StatementKind) -> tuple[Statement, Statement]:
    with recorded.read() as connection:
        company = resolve(connection, ticker)
        annual, quarterly = (
            statement(connection, company, kind, period, None) for period in (PeriodKind.ANNUAL, PeriodKind.QUARTERLY)
        )
    return annual, quarterly


@pytest.mark.parametrize("ticker", COMPLETE)
def test_every_line_of_every_year(recorded: Database, ticker: str) -> None:
    proven = apart = 0
    for kind in (StatementKind.INCOME, StatementKind.CASHFLOW):
        annual, quarterly = both(recorded, ticker, kind)
        for whole, parts in zip(annual.lines, quarterly.lines, strict=True):
            for place, year in enumerate(annual.periods):
                quarters = [
                    figure
                    for period, figure in zip(quarterly.periods, parts.figures, strict=True)
                    if year.start is not None and period.start is not None
                    and year.start <= period.start and period.end <= year.end
                ]  # fmt: skip
                total = whole.figures[place]
                if len(quarters) != 4 or total.unit != "USD" or parts.line in {"cash_at_start", "cash_at_end"}:
                    continue
                refused = [figure for figure in (total, *quarters) if figure.status is Status.REFUSED]
                assert all(figure.reason for figure in refused)
                if refused:
                    continue
                values = [figure.value for figure in quarters if figure.value is not None]
                assert total.value is not None
                if abs(total.value - sum(values)) <= ROUNDING:
                    proven += 1
                else:  # a restated year beside quarters that were not filed again
                    facts = [fact for figure in (total, *quarters) for fact in figure.facts]
                    assert len({fact.accession for fact in facts}) > 1, (ticker, parts.line, year.label)
                    apart += 1
    assert proven >= LEAST
    assert apart <= proven // 20


@pytest.mark.parametrize(
    ("ticker", "kind", "line", "label"),
    [
        # Net sales without membership fees, in the year's report only.
        ("WMT", StatementKind.INCOME, "revenue", "Q4 2011"),
        # A six months' change tagged as a quarter's.
        ("NVDA", StatementKind.CASHFLOW, "net_change_in_cash", "Q2 2014"),
    ],
)
def test_another_quantity_among_the_quarters_is_refused(
    recorded: Database, ticker: str, kind: StatementKind, line: str, label: str
) -> None:
    _, quarterly = both(recorded, ticker, kind)
    column = [period.label for period in quarterly.periods].index(label)
    figure = next(row for row in quarterly.lines if row.line == line).figures[column]
    assert (figure.value, figure.reason) == (None, "quarters_disagree")


def test_all_of_net_income_is_not_the_share_of_noncontrolling_interests(recorded: Database) -> None:
    # Procter & Gamble, fourth quarter of fiscal 2019: -5,237 million of net income, -5,241 of them the company's.
    _, quarterly = both(recorded, "PG", StatementKind.INCOME)
    column = [period.label for period in quarterly.periods].index("Q4 2019")
    names = ("consolidated_net_income", "net_income", "net_income_noncontrolling")
    shares = {row.line: row.figures[column].value for row in quarterly.lines if row.line in names}
    assert shares == dict(zip(names, (-5_237_000_000, -5_241_000_000, 4_000_000), strict=True))
