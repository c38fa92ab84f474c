"""Whether a statement adds up: a result for each check and period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from workbench.domain.facts.known import agree
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.outliers import outlier_checks
from workbench.domain.statements.statement import Check, StatementKind

# Flows that every company reports. Figures computed from them add up when these do.
_SUMMED = {
    StatementKind.INCOME: ("revenue", "operating_income", "income_before_tax", "net_income"),
    StatementKind.CASHFLOW: ("operating_cash_flow", "investing_cash_flow", "financing_cash_flow"),
}


def checks(
    figures: Figures, kind: StatementKind, periods: Sequence[FiscalPeriod], *, before: FiscalPeriod | None = None
) -> Iterator[Check]:
    """The check results for a statement's columns: check by check, each in the order of the columns.

    `gross_profit_is_revenue_less_cost`, `net_income_and_its_parts`, `balance_sheet_balances` and `cash_roll_forward` for each
    column; `year_is_sum_of_quarters` at the end of each fiscal year among the columns, for years and quarters; then impossible
    signs and scales (see `outliers`). `before` is the period before the first column, if any, so that a result does not depend
    on the number of columns shown.
    """
    of_columns = {
        StatementKind.INCOME: (_gross_profit, _net_income),
        StatementKind.BALANCE: (_balances,),
        StatementKind.CASHFLOW: (_rolls_forward,),
    }
    for check in of_columns[kind]:
        yield from (check(figures, period) for period in periods)
    if kind is not StatementKind.BALANCE:
        yield from _sums(figures, _SUMMED[kind], periods)
    yield from outlier_checks(figures, kind, periods, before)


def _balances(figures: Figures, period: FiscalPeriod) -> Check:
    """Compares assets with liabilities plus equity and temporary equity, or with their total if one of them was not filed."""
    name = "balance_sheet_balances"
    assets, total, liabilities, equity, temporary = (figures.compute(line, period) for line in _BALANCE)
    if assets.value is None:
        return Check(name, period.end, "not_applicable", "a total is not reported")
    parts = [liabilities, equity, *([temporary] if temporary.value else [])]
    is_filed = liabilities.value is not None and liabilities.formula is None and equity.value is not None
    compared = parts if is_filed else [total]
    if any(computed.value is None for computed in compared):
        return Check(name, period.end, "not_applicable", "a total is not reported")
    if not _agree([assets, *compared]):
        return Check(name, period.end, "not_applicable", "one total was restated after the other was last filed")
    values = [computed.value for computed in compared if computed.value is not None]
    passed = abs(assets.value - sum(values)) <= _slack(len(values) + 1, assets.value, *values)
    words = " + ".join(f"{value:,f}" for value in values)
    return _check(name, period, passed, f"assets {assets.value:,f}, liabilities and equity {words}")


_BALANCE = ("total_assets", "liabilities_and_equity", "total_liabilities", "total_equity", "temporary_equity")


def _gross_profit(figures: Figures, period: FiscalPeriod) -> Check:
    names = ("revenue", "cost_of_revenue", "gross_profit")
    return _identity(
        figures, period, "gross_profit_is_revenue_less_cost", names, lambda sales, cost, profit: sales - cost - profit
    )


def _net_income(figures: Figures, period: FiscalPeriod) -> Check:
    names = ("consolidated_net_income", "net_income_noncontrolling", "net_income")
    return _identity(figures, period, "net_income_and_its_parts", names, lambda whole, others, own: whole - others - own)


def _identity(figures: Figures, period: FiscalPeriod, name: str, lines: Sequence[str], rest: Callable[..., Decimal]) -> Check:
    """Whether an identity of three lines holds within rounding; at least one of the lines was filed and not computed."""
    operands = [figures.compute(line, period) for line in lines]
    values = [computed.value for computed in operands if computed.value is not None]
    if len(values) < len(operands):
        return Check(name, period.end, "not_applicable", "a figure is missing")
    passed = abs(rest(*values)) <= _slack(len(values), *values)
    words = ", ".join(f"{figures.label(line)} {value:,f}" for line, value in zip(lines, values, strict=True))
    return _check(name, period, passed, words)


def _rolls_forward(figures: Figures, period: FiscalPeriod) -> Check:
    operands = [figures.compute(name, period) for name in ("cash_at_start", "net_change_in_cash", "cash_at_end")]
    start, change, end = (computed.value for computed in operands)
    if start is None or change is None or end is None:
        return Check("cash_roll_forward", period.end, "not_applicable", "cash at start or end, or its change, is not reported")
    if not _agree(operands):
        return Check("cash_roll_forward", period.end, "not_applicable", "one figure was restated after another was last filed")
    passed = abs(start + change - end) <= _slack(3, start, change, end)
    if not passed and len({_counts_restricted(computed) for computed in operands}) > 1:
        words = "only some of the three figures include restricted cash"
        return Check("cash_roll_forward", period.end, "not_applicable", words)
    return _check("cash_roll_forward", period, passed, f"start {start:,f}, change {change:,f}, end {end:,f}")


def _counts_restricted(computed: ComputedFigure) -> bool:
    return any("RestrictedCash" in concept for concept in computed.concepts)


def _sums(figures: Figures, names: Sequence[str], periods: Sequence[FiscalPeriod]) -> Iterator[Check]:
    ends = {period.end for period in periods}
    for year in figures.calendar.years:
        quarters = [quarter for quarter in figures.calendar.quarters if quarter.year_start == year.start]
        if year.end not in ends or sum(quarter.months for quarter in quarters) != 12:
            continue
        compared = 0
        wrong = []
        for name in names:
            operands = [figures.unchecked(name, period) for period in (year, *quarters)]
            whole, *parts = (computed.value for computed in operands)
            known = [part for part in parts if part is not None]
            if whole is None or len(known) < len(parts) or not _agree(operands):
                continue
            compared += 1
            if abs(whole - sum(known)) > _slack(len(operands), whole, *known):
                wrong.append(f"{figures.label(name)}: year {whole:,f}, quarters {sum(known):,f}")
        result = "failed" if wrong else "passed" if compared else "not_applicable"
        detail = "; ".join(wrong) if wrong else f"{compared} lines compared"
        yield Check("year_is_sum_of_quarters", year.end, result, detail)


def _agree(operands: Sequence[ComputedFigure]) -> bool:
    return agree([fact for computed in operands for fact in computed.facts])


def _check(name: str, period: FiscalPeriod, passed: bool, detail: str) -> Check:
    return Check(name, period.end, "passed" if passed else "failed", detail)


# Companies round to a million at most, and a rounding unit is at most this share of the largest summed figure: figures that
# are rounder than this are round by chance.
_COARSEST, _ROUNDING_RATIO = 6, Decimal("0.0025")


def _slack(terms: int, *values: Decimal) -> Decimal:
    """The largest rounding error of a sum with this many terms: half of the last digit of the roundest figure for each.

    The roundest figure counts, since one filing may give thousands and a later one the same figures in millions.
    """
    digits = [Decimal(1).scaleb(min(_COARSEST, _exponent(value))) for value in values if value]
    largest = max((abs(value) for value in values), default=Decimal(0))
    return terms * Decimal("0.5") * max((digit for digit in digits if digit <= largest * _ROUNDING_RATIO), default=Decimal(0))


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
