"""Checks for impossible signs and scales: filers tag losses as gains, and millions as units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.concepts import Balance, LineDefinition
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.statement import Check, StatementKind

HAVE_THEIR_SIGN, HAVE_THEIR_SCALE = "figures_have_their_sign", "figures_have_their_scale"

# Counts and assets are never negative.
NEVER_NEGATIVE = {
    StatementKind.INCOME: ("revenue", "cost_of_revenue", "weighted_average_shares", "weighted_average_shares_diluted"),
    StatementKind.BALANCE: ("total_assets", "current_assets", "cash_and_equivalents", "inventory", "shares_outstanding"),
    StatementKind.CASHFLOW: ("cash_at_start", "cash_at_end"),
}
# Large and steady figures stay within this factor of the periods before and after. Profits are not among them, since they
# pass through zero.
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

# A wrong scale is a factor of a thousand or a million. Rounding moves earnings per share of a cent by half at most, and
# dilution, splits within the year and several share classes move the count by less than this factor.
_SHARE_COUNT_FACTOR = 100


def sign_checks(figures: Figures, kind: StatementKind, periods: Sequence[FiscalPeriod]) -> Iterator[Check]:
    """`figures_have_their_sign` for each column."""
    for period in periods:
        yield _check(HAVE_THEIR_SIGN, period, *_signs(figures, kind, period))


def scale_checks(
    figures: Figures,
    kind: StatementKind,
    periods: Sequence[FiscalPeriod],
    *,
    before: FiscalPeriod | None = None,
    after: FiscalPeriod | None = None,
) -> Iterator[Check]:
    """`figures_have_their_scale` for each column, compared with those beside it; `before` the first, `after` the last."""
    around = (before, *periods, after)
    for place, period in enumerate(periods):
        yield _check(HAVE_THEIR_SCALE, period, *_scales(figures, kind, period, (around[place], around[place + 2])))


def _signs(figures: Figures, kind: StatementKind, period: FiscalPeriod) -> tuple[int, list[str]]:
    values = [(name, figures.compute(name, period).value) for name in NEVER_NEGATIVE[kind]]
    known = [(name, value) for name, value in values if value is not None]
    wrong = [f"{figures.label(name)} is {value:,f}" for name, value in known if value < 0]
    refused = [line for line in figures.template.lines if figures.compute(line.name, period).reason is Refusal.WRONG_SIGN]
    wrong += [f"{line.label} was filed with the wrong sign" for line in refused]
    compared = len(known) + len(refused)
    if kind is StatementKind.INCOME:
        earnings, per_share = (figures.compute(name, period).value for name in ("net_income", "eps_basic"))
        if earnings and per_share and not figures.compute("preferred_dividends", period).value:
            compared += 1
            if (earnings > 0) != (per_share > 0):
                wrong.append(f"{figures.label('net_income')} is {earnings:,f} and {figures.label('eps_basic')} {per_share:,f}")
        is_charge = _is_tax_of_its_sign(figures, period)
        if is_charge is not None:
            compared += 1
            if not is_charge:
                wrong.append(f"{figures.label('income_tax')} does not have the sign that income before and after tax imply")
    return compared, wrong


def _is_tax_of_its_sign(figures: Figures, period: FiscalPeriod) -> bool | None:
    """True if income before tax less the tax is income after tax, False if plus the tax is; None if neither holds.

    Walmart's annual report of fiscal 2011 gives the tax of 2009 as a benefit.
    """
    names = ("income_before_tax", "income_tax", "consolidated_income_continuing_operations")
    operands = [figures.compute(name, period) for name in names]
    before, tax, after = (computed.value for computed in operands)
    if before is None or after is None or not tax or any(computed.formula is not None for computed in operands):
        return None
    others = (Decimal(0), figures.compute("equity_method_income", period).value or Decimal(0))
    if any(before - tax + other == after for other in others):
        return True
    return False if any(before + tax + other == after for other in others) else None


def _scales(
    figures: Figures, kind: StatementKind, period: FiscalPeriod, around: tuple[FiscalPeriod | None, FiscalPeriod | None]
) -> tuple[int, list[str]]:
    lines = {line.name: line for line in figures.template.lines}
    refused = [line.label for line in lines.values() if figures.compute(line.name, period).reason is Refusal.SCALE_ERROR]
    compared, wrong = len(refused), [f"{label} was filed in another scale" for label in refused]
    for name in _SHARE_COUNTS[kind]:
        if name in lines and figures.compute(name, period).value is not None:
            compared += 1
            if is_out_of_scale(figures, lines[name], period):
                shares = figures.compute(name, period).value
                wrong.append(f"{figures.label(name)}: {shares:,f} is not what net income and earnings per share imply")
    for name in _STEADY[kind]:
        value = figures.compute(name, period).value
        neighbours = [
            computed.value for other in around if other is not None and _known(computed := figures.compute(name, other))
        ]
        if value and len(neighbours) == len(around):
            compared += 1
            if all(_is_far(value, neighbour) for neighbour in neighbours if neighbour is not None):
                wrong.append(f"{figures.label(name)} is {value:,f} between {neighbours[0]:,f} and {neighbours[1]:,f}")
    return compared, wrong


def _known(computed: ComputedFigure) -> bool:
    return bool(computed.value)


def _is_far(one: Decimal, other: Decimal) -> bool:
    return abs(one) >= abs(other) * _FACTOR or abs(one) * _FACTOR <= abs(other)


def _check(name: str, period: FiscalPeriod, compared: int, wrong: list[str]) -> Check:
    result = "failed" if wrong else "passed" if compared else "not_applicable"
    passed = f"{compared} figure{'' if compared == 1 else 's'} checked"
    return Check(name, period.end, result, "; ".join(wrong) or passed)


def is_out_of_scale(figures: Figures, line: LineDefinition, period: FiscalPeriod) -> bool:
    """Whether a share count differs a hundredfold from the count that earnings and earnings per share imply.

    Filers have tagged millions as units: McDonald's annual reports from fiscal 2021 give 751.8 diluted shares, beside a net
    income of 7.5 billion and 10.04 a share.

    If earnings imply no count, a count at the end of the period is compared with the average over the period. False if
    there is nothing to compare with.
    """
    count = figures.compute(line.name, period).value
    if not count:
        return False
    implied = _implied(figures, period)
    if implied is None and line.balance is Balance.INSTANT:
        implied = figures.compute("weighted_average_shares_diluted", period).value
    if not implied:
        return False
    times = abs(count / implied)
    return times > _SHARE_COUNT_FACTOR or times * _SHARE_COUNT_FACTOR < 1


def _implied(figures: Figures, period: FiscalPeriod) -> Decimal | None:
    earnings = figures.compute("net_income", period).value
    for name in ("eps_diluted", "eps_basic"):
        per_share = figures.compute(name, period).value
        if earnings and per_share:
            return abs(earnings / per_share)
    return None
