"""Signs and scales that figures of a statement cannot have: filers tag losses as gains, and millions as units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.scale import is_out_of_scale
from workbench.domain.statements.statement import Check, StatementKind

# What is counted or owned is never less than nothing.
_NEVER_NEGATIVE = {
    StatementKind.INCOME: ("revenue", "cost_of_revenue", "weighted_average_shares", "weighted_average_shares_diluted"),
    StatementKind.BALANCE: ("total_assets", "current_assets", "cash_and_equivalents", "inventory", "shares_outstanding"),
    StatementKind.CASHFLOW: ("cash_at_start", "cash_at_end"),
}
# Large and steady figures: those of a year or quarter are within this factor of the ones before and after. Profits are not
# among them, since they pass through nothing.
_STEADY = {
    StatementKind.INCOME: ("revenue", "cost_of_revenue"),
    StatementKind.BALANCE: ("total_assets", "current_assets", "total_liabilities"),
    StatementKind.CASHFLOW: (),
}
_FACTOR = 500
_SHARE_COUNTS = {
    StatementKind.INCOME: ("weighted_average_shares", "weighted_average_shares_diluted"),
    StatementKind.BALANCE: ("shares_outstanding",),
    StatementKind.CASHFLOW: (),
}


def outlier_checks(
    figures: Figures, kind: StatementKind, periods: Sequence[FiscalPeriod], before: FiscalPeriod | None
) -> Iterator[Check]:
    """`figures_have_their_sign` per column, then `figures_have_their_scale`, beside the columns around it.

    `before` is the period before the first column.
    """
    for period in periods:
        yield _verdict("figures_have_their_sign", period, *_signs(figures, kind, period))
    for place, period in enumerate(periods):
        around = (periods[place - 1] if place else before, periods[place + 1] if place + 1 < len(periods) else None)
        yield _verdict("figures_have_their_scale", period, *_scales(figures, kind, period, around))


def _signs(figures: Figures, kind: StatementKind, period: FiscalPeriod) -> tuple[int, list[str]]:
    found = [(name, figures.cell(name, period).value) for name in _NEVER_NEGATIVE[kind]]
    known = [(name, value) for name, value in found if value is not None]
    wrong = [f"{figures.label(name)} is {value:,f}" for name, value in known if value < 0]
    refused = [line for line in figures.template.lines if figures.cell(line.name, period).reason is Refusal.WRONG_SIGN]
    wrong += [f"{line.label} was filed as a negative number" for line in refused]
    compared = len(known) + len(refused)
    if kind is StatementKind.INCOME:
        earnings, per_share = (figures.cell(name, period).value for name in ("net_income", "eps_basic"))
        if earnings and per_share and not figures.cell("preferred_dividends", period).value:
            compared += 1
            if (earnings > 0) != (per_share > 0):
                wrong.append(f"{figures.label('net_income')} is {earnings:,f} and {figures.label('eps_basic')} {per_share:,f}")
        is_charge = _is_tax_of_its_sign(figures, period)
        if is_charge is not None:
            compared += 1
            if not is_charge:
                wrong.append(f"{figures.label('income_tax')} has the other sign than income before and after it imply")
    return compared, wrong


def _is_tax_of_its_sign(figures: Figures, period: FiscalPeriod) -> bool | None:
    """Whether income before tax less the tax is income after it, where that or the sum is; None where neither can be told.

    (Walmart's annual report of fiscal 2011 gives the tax of 2009 as a benefit.)
    """
    names = ("income_before_tax", "income_tax", "consolidated_income_continuing_operations")
    cells = [figures.cell(name, period) for name in names]
    before, tax, after = (cell.value for cell in cells)
    if before is None or after is None or not tax or any(cell.formula is not None for cell in cells):
        return None
    others = (Decimal(0), figures.cell("equity_method_income", period).value or Decimal(0))
    if any(before - tax + other == after for other in others):
        return True
    return False if any(before + tax + other == after for other in others) else None


def _scales(
    figures: Figures, kind: StatementKind, period: FiscalPeriod, around: tuple[FiscalPeriod | None, FiscalPeriod | None]
) -> tuple[int, list[str]]:
    lines = {line.name: line for line in figures.template.lines}
    compared, wrong = 0, []
    for name in _SHARE_COUNTS[kind]:
        if name in lines and figures.cell(name, period).value is not None:
            compared += 1
            if is_out_of_scale(figures, lines[name], period):
                shares = figures.cell(name, period).value
                wrong.append(f"{figures.label(name)}: {shares:,f} is not what net income and earnings per share imply")
    for name in _STEADY[kind]:
        value = figures.cell(name, period).value
        neighbours = [cell.value for other in around if other is not None and _known(cell := figures.cell(name, other))]
        if value and len(neighbours) == len(around):
            compared += 1
            if all(_is_far(value, neighbour) for neighbour in neighbours if neighbour is not None):
                wrong.append(f"{figures.label(name)} is {value:,f} between {neighbours[0]:,f} and {neighbours[1]:,f}")
    return compared, wrong


def _known(cell: ComputedFigure) -> bool:
    return bool(cell.value)


def _is_far(one: Decimal, other: Decimal) -> bool:
    return abs(one) >= abs(other) * _FACTOR or abs(one) * _FACTOR <= abs(other)


def _verdict(name: str, period: FiscalPeriod, compared: int, wrong: list[str]) -> Check:
    verdict = "failed" if wrong else "passed" if compared else "not_applicable"
    looked_at = f"{compared} figure{'' if compared == 1 else 's'} looked at"
    return Check(name, period.end, verdict, "; ".join(wrong) or looked_at)
