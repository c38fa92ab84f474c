"""Earnings per share of trailing twelve months: their earnings by their average shares, or the sum of four reported quarters.

Per-share figures are not added up or subtracted: each has shares of its own. Average shares are averages over time (ASC
260-10-45-10), so that those of twelve months follow from a year and two year-to-dates, each by its days. So do diluted ones in
periods of income, since the shares added to a year-to-date are the average of those of its quarters (ASC 260-10-55-3). Each of
the three filed averages must give the filed earnings per share of its period: that proves its scale, its share basis and that
the earnings are those of these shares. Without them, four quarters that each report earnings per share are added up, as is
common, if their average shares are nearly the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from workbench.domain.facts.known import KnownFact, agree
from workbench.domain.facts.periods import FiscalPeriod, days_of
from workbench.domain.facts.splits import splits_since
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal, refused
from workbench.domain.statements.identities import Outcome
from workbench.domain.statements.per_share import evaluate_per_share

if TYPE_CHECKING:
    from workbench.domain.statements.figures import Figures

_BASIC, _EARNINGS = "eps_basic", "net_income_to_common"
_SHARES = {_BASIC: "weighted_average_shares", "eps_diluted": "weighted_average_shares_diluted"}
# As earnings per share are computed elsewhere; a report has two.
_DIGITS = 4
# Shares that differ by less change a sum of quarters by less than their own rounding.
_ALIKE_RATIO = Decimal("1.02")


def trailing_per_share(figures: Figures, name: str, period: FiscalPeriod) -> ComputedFigure:
    """Basic or diluted earnings per share of twelve months; any other figure per share or of shares is not additive."""
    if name not in _SHARES:
        return ComputedFigure(None, Refusal.NOT_ADDITIVE)
    by_earnings = _by_earnings(figures, name, period)
    if by_earnings.value is not None:
        return by_earnings
    by_quarters = _by_quarters(figures, name, period)
    return by_earnings if by_quarters is None else by_quarters


def _by_earnings(figures: Figures, name: str, period: FiscalPeriod) -> ComputedFigure:
    spans = _spans(figures, period)
    if spans is None:
        return ComputedFigure(None, Refusal.NOT_ADDITIVE)
    columns = [_column(figures, name, span) for span in spans]
    earnings = figures.compute(_EARNINGS, period)
    reason = _refusal(name, columns)
    if reason is not None or earnings.value is None:
        return ComputedFigure(None, reason) if reason else refused(earnings)
    year, current, before = (column[_SHARES[_BASIC]] for column in columns)
    days = [Decimal(days_of(span.start, span.end)) for span in spans]
    terms = zip((1, 1, -1), (year, current, before), days, strict=True)
    share_days = sum((sign * (figure.value or Decimal(0)) * length for sign, figure, length in terms), Decimal(0))
    shares = share_days / (days[0] + days[1] - days[2])
    words = f"{_EARNINGS} [{earnings.formula}] / {_SHARES[name]} [year + year to date - year to date of that year, by days]"
    facts = (*earnings.facts, *year.facts, *current.facts, *before.facts)
    if shares <= 0 or not agree([fact for fact in facts if fact.unit != "shares"]):
        return ComputedFigure(None, Refusal.OPERAND_RESTATED_APART)
    return _in_shares(figures, round(earnings.value / shares, _DIGITS), words, facts)


def _refusal(name: str, columns: Sequence[dict[str, ComputedFigure]]) -> Refusal | None:
    """Why filed figures of the three spans prove no average shares; None if they do."""
    if any(figure.value is None for column in columns for figure in column.values()):
        return Refusal.NOT_ADDITIVE
    if name != _BASIC and any((column[_EARNINGS].value or 0) <= 0 for column in columns):
        return Refusal.NOT_ADDITIVE  # potential shares count in some of the periods only
    is_proven = all(evaluate_per_share(column).outcome is Outcome.HOLDS for column in columns)
    return None if is_proven else Refusal.SHARE_COUNT_CONTRADICTED


def _spans(figures: Figures, period: FiscalPeriod) -> tuple[FiscalPeriod, FiscalPeriod, FiscalPeriod] | None:
    """The fiscal year before the period's own, the year to date, and the same span of the year before."""
    calendar = figures.calendar
    last = calendar.quarters_of(period)[-1]
    before = calendar.year_before(last)
    year = next((each for each in calendar.years if before is not None and each.start == before.year_start), None)
    if before is None or year is None or (period.year_start - year.end).days != 1:
        return None
    return (
        year,
        FiscalPeriod(period.year_start, period.end, period.fiscal_year, None, period.year_start, months=12),
        FiscalPeriod(year.start, before.end, year.fiscal_year, None, year.start, months=12),
    )


def _column(figures: Figures, name: str, span: FiscalPeriod) -> dict[str, ComputedFigure]:
    """Filed earnings per share, average shares and earnings of a span, by the names of the basic ones."""
    return {
        _BASIC: figures.compute(name, span),
        _SHARES[_BASIC]: figures.compute(_SHARES[name], span),
        _EARNINGS: figures.compute(_EARNINGS, span),
    }


def _by_quarters(figures: Figures, name: str, period: FiscalPeriod) -> ComputedFigure | None:
    """The sum of the reported figures of four quarters; None unless all are reported and their shares are alike."""
    quarters = figures.calendar.quarters_of(period)
    reported = [figures.compute(name, quarter) for quarter in quarters]
    shares = [figures.compute(_SHARES[name], quarter).comparable for quarter in quarters]
    counts = [count for count in shares if count is not None and count > 0]
    values = [figure.value for figure in reported if figure.value is not None and figure.formula is None]
    facts = tuple(fact for figure in reported for fact in figure.facts)
    if len(quarters) < 2 or min(len(values), len(counts)) < len(quarters) or not agree(facts):
        return None
    if max(counts) > min(counts) * _ALIKE_RATIO:
        return None
    return _in_shares(figures, sum(values, Decimal(0)), " + ".join(["quarter"] * len(quarters)), facts)


def _in_shares(figures: Figures, value: Decimal, words: str, facts: tuple[KnownFact, ...]) -> ComputedFigure:
    """The figure, also in today's shares; refused if its share figures were filed on different sides of a split."""
    since = [splits_since(fact, figures.splits) for fact in _of_shares(facts)]
    if any(each != since[0] for each in since):
        return ComputedFigure(None, Refusal.OPERAND_RESTATED_APART)
    result = ComputedFigure(value, formula=words, facts=facts)
    if not since[0]:
        return result
    times = prod((split.ratio for split in since[0]), start=Fraction(1))
    adjustment = ", ".join(f"{split.label} in {split.accession}" for split in since[0])
    return result._replace(adjusted_value=value * times.denominator / times.numerator, adjustment=adjustment)


def _of_shares(facts: Sequence[KnownFact]) -> list[KnownFact]:
    return [fact for fact in facts if fact.unit.endswith("shares")]
