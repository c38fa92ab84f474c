"""Whether a statement adds up: a verdict for each check and period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from workbench.domain.concepts import Balance, UnitKind
from workbench.domain.figures import Figures
from workbench.domain.periods import FiscalPeriod
from workbench.domain.statements import Check, StatementKind


def checks(figures: Figures, kind: StatementKind, periods: Sequence[FiscalPeriod]) -> Iterator[Check]:
    """The verdicts for a statement's columns, in their order.

    `balance_sheet_balances` and `cash_roll_forward` per column; `year_is_sum_of_quarters` at the end of each fiscal year
    among the columns, whether they are years or quarters.
    """
    for period in periods:
        if kind is StatementKind.BALANCE:
            yield _balances(figures, period)
        elif kind is StatementKind.CASHFLOW:
            yield _rolls_forward(figures, period)
    if kind is not StatementKind.BALANCE:
        yield from _sums(figures, periods)


def _balances(figures: Figures, period: FiscalPeriod) -> Check:
    assets = figures.cell("total_assets", period).value
    both = figures.cell("liabilities_and_equity", period).value
    if assets is None or both is None:
        return Check("balance_sheet_balances", period.end, "not_applicable", "a total is not reported")
    passed = abs(assets - both) <= 2 * _last_digit(assets, both)
    return _verdict("balance_sheet_balances", period, passed, f"assets {assets:,f}, liabilities and equity {both:,f}")


def _rolls_forward(figures: Figures, period: FiscalPeriod) -> Check:
    values = [figures.cell(name, period).value for name in ("cash_at_start", "net_change_in_cash", "cash_at_end")]
    start, change, end = values
    if start is None or change is None or end is None:
        return Check("cash_roll_forward", period.end, "not_applicable", "cash at start or end, or its change, is not reported")
    passed = abs(start + change - end) <= 3 * _last_digit(start, change, end)
    return _verdict("cash_roll_forward", period, passed, f"start {start:,f}, change {change:,f}, end {end:,f}")


def _sums(figures: Figures, periods: Sequence[FiscalPeriod]) -> Iterator[Check]:
    ends = {period.end for period in periods}
    money = [
        line.name
        for line in figures.template.lines
        if line.unit is UnitKind.MONEY and line.balance is Balance.DURATION and (line.is_total or line.name == "revenue")
    ]
    for year in figures.calendar.years:
        quarters = [quarter for quarter in figures.calendar.quarters if quarter.year_start == year.start]
        if year.end not in ends or len(quarters) != 4:
            continue
        compared = 0
        wrong = []
        for name in money:
            whole = figures.cell(name, year).value
            parts = [figures.cell(name, quarter).value for quarter in quarters]
            known = [part for part in parts if part is not None]
            if whole is None or len(known) < 4:
                continue
            compared += 1
            if abs(whole - sum(known)) > 5 * _last_digit(whole, *known):
                wrong.append(f"{name}: year {whole:,f}, quarters {sum(known):,f}")
        verdict = "failed" if wrong else "passed" if compared else "not_applicable"
        detail = "; ".join(wrong) if wrong else f"{compared} lines compared"
        yield Check("year_is_sum_of_quarters", year.end, verdict, detail)


def _verdict(name: str, period: FiscalPeriod, passed: bool, detail: str) -> Check:
    return Check(name, period.end, "passed" if passed else "failed", detail)


def _last_digit(*values: Decimal) -> Decimal:
    """The unit the figures were rounded to (a million, a thousand, one), by their common trailing zeros."""
    exponents = [_exponent(value) for value in values if value]
    return Decimal(1).scaleb(min(exponents)) if exponents else Decimal(0)


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
