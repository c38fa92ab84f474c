"""Whether a statement adds up: a verdict for each check and period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from workbench.domain.facts.known import agree
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.outliers import outlier_checks
from workbench.domain.statements.statement import Check, StatementKind

# Flows that every company reports; what is computed from them adds up when they do.
_SUMMED = {
    StatementKind.INCOME: ("revenue", "operating_income", "income_before_tax", "net_income"),
    StatementKind.CASHFLOW: ("operating_cash_flow", "investing_cash_flow", "financing_cash_flow"),
}


def checks(
    figures: Figures, kind: StatementKind, periods: Sequence[FiscalPeriod], *, before: FiscalPeriod | None = None
) -> Iterator[Check]:
    """The verdicts for a statement's columns: check by check, each in the order of the columns.

    `gross_profit_is_revenue_less_cost`, `net_income_and_its_parts`, `balance_sheet_balances` and `cash_roll_forward` per
    column; `year_is_sum_of_quarters` at the end of each fiscal year among the columns, whether they are years or quarters;
    then what no figure can be (see `outliers`). `before` is the period that came before the first column, where there is one:
    a check result does not depend on how many are shown.
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
    """Assets against liabilities, equity and temporary equity where both of the first were filed, else against their total."""
    name = "balance_sheet_balances"
    assets, total, liabilities, equity, temporary = (figures.cell(line, period) for line in _BALANCE)
    if assets.value is None:
        return Check(name, period.end, "not_applicable", "a total is not reported")
    parts = [liabilities, equity, *([temporary] if temporary.value else [])]
    is_filed = liabilities.value is not None and liabilities.formula is None and equity.value is not None
    compared = parts if is_filed else [total]
    if any(cell.value is None for cell in compared):
        return Check(name, period.end, "not_applicable", "a total is not reported")
    if not _agree([assets, *compared]):
        return Check(name, period.end, "not_applicable", "one total was restated, another not since")
    values = [cell.value for cell in compared if cell.value is not None]
    passed = abs(assets.value - sum(values)) <= _slack(len(values) + 1, assets.value, *values)
    words = " + ".join(f"{value:,f}" for value in values)
    return _verdict(name, period, passed, f"assets {assets.value:,f}, liabilities and equity {words}")


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
    """Whether nothing but rounding is left of an identity of three lines, of which one at least was filed and not computed."""
    cells = [figures.cell(line, period) for line in lines]
    values = [cell.value for cell in cells if cell.value is not None]
    if len(values) < len(cells):
        return Check(name, period.end, "not_applicable", "a figure is not known")
    passed = abs(rest(*values)) <= _slack(len(values), *values)
    words = ", ".join(f"{figures.label(line)} {value:,f}" for line, value in zip(lines, values, strict=True))
    return _verdict(name, period, passed, words)


def _rolls_forward(figures: Figures, period: FiscalPeriod) -> Check:
    cells = [figures.cell(name, period) for name in ("cash_at_start", "net_change_in_cash", "cash_at_end")]
    start, change, end = (cell.value for cell in cells)
    if start is None or change is None or end is None:
        return Check("cash_roll_forward", period.end, "not_applicable", "cash at start or end, or its change, is not reported")
    if not _agree(cells):
        return Check("cash_roll_forward", period.end, "not_applicable", "one figure was restated, another not since")
    passed = abs(start + change - end) <= _slack(3, start, change, end)
    if not passed and len({_counts_restricted(cell) for cell in cells}) > 1:
        words = "restricted cash counts in the change or one of the balances only"
        return Check("cash_roll_forward", period.end, "not_applicable", words)
    return _verdict("cash_roll_forward", period, passed, f"start {start:,f}, change {change:,f}, end {end:,f}")


def _counts_restricted(cell: ComputedFigure) -> bool:
    return any("RestrictedCash" in concept for concept in cell.concepts)


def _sums(figures: Figures, names: Sequence[str], periods: Sequence[FiscalPeriod]) -> Iterator[Check]:
    ends = {period.end for period in periods}
    for year in figures.calendar.years:
        quarters = [quarter for quarter in figures.calendar.quarters if quarter.year_start == year.start]
        if year.end not in ends or len(quarters) != 4:
            continue
        compared = 0
        wrong = []
        for name in names:
            cells = [figures.unchecked(name, period) for period in (year, *quarters)]
            whole, *parts = (cell.value for cell in cells)
            known = [part for part in parts if part is not None]
            if whole is None or len(known) < 4 or not _agree(cells):
                continue
            compared += 1
            if abs(whole - sum(known)) > _slack(5, whole, *known):
                wrong.append(f"{figures.label(name)}: year {whole:,f}, quarters {sum(known):,f}")
        verdict = "failed" if wrong else "passed" if compared else "not_applicable"
        detail = "; ".join(wrong) if wrong else f"{compared} lines compared"
        yield Check("year_is_sum_of_quarters", year.end, verdict, detail)


def _agree(cells: Sequence[ComputedFigure]) -> bool:
    return agree([fact for cell in cells for fact in cell.facts])


def _verdict(name: str, period: FiscalPeriod, passed: bool, detail: str) -> Check:
    return Check(name, period.end, "passed" if passed else "failed", detail)


# A company's figures are rounded to a million at most, and a last digit is no more than this share of what is summed:
# larger round figures are round by chance.
_COARSEST, _ROUNDING_RATIO = 6, Decimal("0.0025")


def _slack(terms: int, *values: Decimal) -> Decimal:
    """How far rounding can take a sum of so many terms: half the last digit of the roundest figure each.

    The roundest, as one filing may give thousands and a later one the same figures in millions.
    """
    digits = [Decimal(1).scaleb(min(_COARSEST, _exponent(value))) for value in values if value]
    largest = max((abs(value) for value in values), default=Decimal(0))
    return terms * Decimal("0.5") * max((digit for digit in digits if digit <= largest * _ROUNDING_RATIO), default=Decimal(0))


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
