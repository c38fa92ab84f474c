"""Whether earnings per share times average shares are the earnings."""

from __future__ import annotations

from decimal import Decimal

from workbench.domain.statements.computed_figure import Refusal
from workbench.domain.statements.identities import AnyFigure, Column, Outcome, Result

EPS_TIMES_SHARES = "earnings_per_share_times_shares"

# Earnings are those to common shareholders; a company may give earnings per share of its continuing operations alone.
_EARNINGS = ("net_income_to_common", "net_income", "income_continuing_operations", "consolidated_net_income")
# Share figures of a fourth quarter or of twelve months are often not reported, and never computed.
_UNREPORTED = {Refusal.NOT_REPORTED, Refusal.NOT_SUBTRACTABLE, Refusal.NOT_ADDITIVE}
_PER_SHARE, _SHARES = "eps_basic", "weighted_average_shares"
LINES = frozenset({_PER_SHARE, _SHARES, *_EARNINGS})

# Preferred dividends and participating securities (ASC 260-10-45-60) take a part of the earnings that companies do not always
# tag. They never add to the earnings of common shares in a profitable year.
_OTHER_CLAIMS = Decimal("0.1")


def evaluate_per_share(column: Column) -> Result:
    """The outcome for basic earnings per share, within the rounding of a cent and of the share count.

    Share figures are compared as filed or both in today's shares. NOT_CHECKED if the product is up to a tenth below the
    earnings, since claims of others may be untagged.
    """
    per_share, shares = column.get(_PER_SHARE), column.get(_SHARES)
    if per_share is None or shares is None:
        return Result(Outcome.NOT_APPLICABLE)
    if shares.value is None and shares.reason == Refusal.NOT_ADDITIVE:  # nobody files shares of trailing twelve months
        return Result(Outcome.NOT_CHECKED, missing=(_SHARES,))
    earnings = [(name, figure) for name in _EARNINGS if (figure := column.get(name)) is not None and figure.value is not None]
    missing = [name for name, figure in ((_PER_SHARE, per_share), (_SHARES, shares)) if figure.value is None]
    if missing or not earnings:
        reasons = {column[name].reason for name in missing}
        outcome = Outcome.NOT_CHECKED if reasons <= _UNREPORTED else Outcome.REFUSED
        return Result(outcome, missing=tuple(missing) or ("net_income",))
    results = [_compare(per_share, shares, name, figure) for name, figure in earnings]
    for outcome in (Outcome.HOLDS, Outcome.NOT_CHECKED):
        matches = next((result for result in results if result.outcome is outcome), None)
        if matches is not None:
            return matches
    return results[0]


def _compare(per_share: AnyFigure, shares: AnyFigure, name: str, earnings: AnyFigure) -> Result:
    lines = (name, _PER_SHARE, _SHARES)
    value = earnings.value or Decimal(0)
    differences = []
    for each, count in ((per_share.value, shares.value), (per_share.comparable, shares.comparable)):
        if each is None or count is None:
            continue
        difference = value - each * count
        if abs(difference) <= _rounding(each, count, value):
            return Result(Outcome.HOLDS, lines, difference)
        differences.append(difference)
    nearest = min(differences, key=abs)
    if 0 < nearest <= abs(value) * _OTHER_CLAIMS:
        return Result(Outcome.NOT_CHECKED)
    return Result(Outcome.BROKEN, lines, nearest)


def _rounding(per_share: Decimal, shares: Decimal, earnings: Decimal) -> Decimal:
    """Half a cent of each share, half of the last digit of the share count at this amount, and that of the earnings."""
    return Decimal("0.005") * shares + abs(per_share) * _half_of_last_digit(shares) + _half_of_last_digit(earnings)


def _half_of_last_digit(value: Decimal) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    digits = min(6, exponent) if isinstance(exponent, int) else 0
    return Decimal(5).scaleb(max(digits, 0) - 1)
