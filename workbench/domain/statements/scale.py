"""Whether a share count is filed in the same scale as the related figures.

Filers have tagged millions as units: McDonald's annual reports from fiscal 2021 give 751.8 diluted shares, beside a net income
of 7.5 billion and 10.04 a share.
"""

from __future__ import annotations

from decimal import Decimal

from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.concepts import Balance, LineDefinition
from workbench.domain.statements.figures import Figures

# A wrong scale is a factor of a thousand or a million. Rounding moves earnings per share of a cent by half at most, and
# dilution, splits within the year and several share classes move the count by less than this factor.
_FACTOR = 100


def is_out_of_scale(figures: Figures, line: LineDefinition, period: FiscalPeriod) -> bool:
    """Whether a share count differs a hundredfold from the count that earnings and earnings per share imply.

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
    return times > _FACTOR or times * _FACTOR < 1


def _implied(figures: Figures, period: FiscalPeriod) -> Decimal | None:
    earnings = figures.compute("net_income", period).value
    for name in ("eps_diluted", "eps_basic"):
        per_share = figures.compute(name, period).value
        if earnings and per_share:
            return abs(earnings / per_share)
    return None
