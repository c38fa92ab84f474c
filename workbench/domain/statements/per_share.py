"""Earnings per share: whether they are the earnings of their shares, and those of trailing twelve months.

Per-share figures are not added up or subtracted: each has shares of its own. Average shares are averages over time (ASC
260-10-45-10), so that those of twelve months follow from a year and two year-to-dates, each by its days. So do diluted ones in
periods of income, since the shares added to a year-to-date are the average of those of its quarters (ASC 260-10-55-3). Each of
the three filed averages must give the filed earnings per share of its period: that proves its scale, its share basis and that
the earnings are those of these shares. Without them, four quarters that each report earnings per share are added up, as is
common, if their average shares are nearly the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Protocol

from workbench.domain.facts.known_fact import KnownFact, agree
from workbench.domain.facts.periods import FiscalCalendar, FiscalPeriod, days_of
from workbench.domain.facts.splits import Split, adjustment_words, in_new_shares, splits_since
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal, refused
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
    for each, count in _in_the_same_shares(per_share, shares):
        difference = value - each * count
        if abs(difference) <= _rounding(each, count, value):
            return Result(Outcome.HOLDS, lines, difference)
        differences.append(difference)
    nearest = min(differences, key=abs)
    if 0 < nearest <= abs(value) * _OTHER_CLAIMS:
        return Result(Outcome.NOT_CHECKED)
    return Result(Outcome.BROKEN, lines, nearest)


def _in_the_same_shares(per_share: AnyFigure, shares: AnyFigure) -> Iterator[tuple[Decimal, Decimal]]:
    """The two as filed and, where a split came between their filings, the amount in the shares of the count."""
    if per_share.value is None or shares.value is None:
        return
    yield per_share.value, shares.value
    if shares.value and per_share.comparable is not None and shares.comparable is not None:
        yield per_share.comparable * shares.comparable / shares.value, shares.value


def _rounding(per_share: Decimal, shares: Decimal, earnings: Decimal) -> Decimal:
    """Half a cent of each share, half of the last digit of the share count at this amount, and that of the earnings."""
    return Decimal("0.005") * shares + abs(per_share) * _half_of_last_digit(shares) + _half_of_last_digit(earnings)


def _half_of_last_digit(value: Decimal) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    digits = min(6, exponent) if isinstance(exponent, int) else 0
    return Decimal(5).scaleb(max(digits, 0) - 1)


_BASIC, _TO_COMMON = "eps_basic", "net_income_to_common"
_SHARES_OF = {_BASIC: "weighted_average_shares", "eps_diluted": "weighted_average_shares_diluted"}
# As earnings per share are computed elsewhere; a report has two.
_DIGITS = 4
# Shares that differ by less change a sum of quarters by less than their own rounding.
_NEAR_RATIO = Decimal("1.02")


class CompanyFigures(Protocol):
    """What earnings per share of twelve months are computed from."""

    @property
    def calendar(self) -> FiscalCalendar:
        """The company's fiscal periods."""
        ...

    @property
    def splits(self) -> Sequence[Split]:
        """Its stock splits, oldest first."""
        ...

    def compute(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        """The figure of a line for a period, or the reason why there is none."""
        ...


def trailing_per_share(figures: CompanyFigures, name: str, period: FiscalPeriod) -> ComputedFigure:
    """Basic or diluted earnings per share of twelve months; any other figure per share or of shares is not additive."""
    if name not in _SHARES_OF:
        return ComputedFigure(None, Refusal.NOT_ADDITIVE)
    by_earnings = _by_earnings(figures, name, period)
    if by_earnings.value is not None:
        return by_earnings
    by_quarters = _by_quarters(figures, name, period)
    return by_earnings if by_quarters is None else by_quarters


def _by_earnings(figures: CompanyFigures, name: str, period: FiscalPeriod) -> ComputedFigure:
    spans = _spans(figures, period)
    if spans is None:
        return ComputedFigure(None, Refusal.NOT_ADDITIVE)
    columns = [_column(figures, name, span) for span in spans]
    earnings = figures.compute(_TO_COMMON, period)
    reason = _refusal(name, columns)
    if reason is not None or earnings.value is None:
        return ComputedFigure(None, reason) if reason else refused(earnings)
    year, current, before = (column[_SHARES_OF[_BASIC]] for column in columns)
    days = [Decimal(days_of(span.start, span.end)) for span in spans]
    terms = zip((1, 1, -1), (year, current, before), days, strict=True)
    share_days = sum((sign * (figure.value or Decimal(0)) * length for sign, figure, length in terms), Decimal(0))
    shares = share_days / (days[0] + days[1] - days[2])
    words = (
        f"{_TO_COMMON} [{earnings.formula}] / {_SHARES_OF[name]} [year + year to date - year to date of that year, by days]"
    )
    facts = (*earnings.facts, *year.facts, *current.facts, *before.facts)
    if shares <= 0 or not agree([fact for fact in facts if fact.unit != "shares"]):
        return ComputedFigure(None, Refusal.OPERAND_RESTATED_APART)
    return _in_shares(figures, round(earnings.value / shares, _DIGITS), words, facts)


def _refusal(name: str, columns: Sequence[dict[str, ComputedFigure]]) -> Refusal | None:
    """Why filed figures of the three spans prove no average shares; None if they do."""
    if any(figure.value is None for column in columns for figure in column.values()):
        return Refusal.NOT_ADDITIVE
    if name != _BASIC and any((column[_TO_COMMON].value or 0) <= 0 for column in columns):
        return Refusal.NOT_ADDITIVE  # potential shares count in some of the periods only
    is_proven = all(evaluate_per_share(column).outcome is Outcome.HOLDS for column in columns)
    return None if is_proven else Refusal.SHARE_COUNT_CONTRADICTED


def _spans(figures: CompanyFigures, period: FiscalPeriod) -> tuple[FiscalPeriod, FiscalPeriod, FiscalPeriod] | None:
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


def _column(figures: CompanyFigures, name: str, span: FiscalPeriod) -> dict[str, ComputedFigure]:
    """Filed earnings per share, average shares and earnings of a span, by the names of the basic ones."""
    return {
        _BASIC: figures.compute(name, span),
        _SHARES_OF[_BASIC]: figures.compute(_SHARES_OF[name], span),
        _TO_COMMON: figures.compute(_TO_COMMON, span),
    }


def _by_quarters(figures: CompanyFigures, name: str, period: FiscalPeriod) -> ComputedFigure | None:
    """The sum of the reported figures of four quarters; None unless all are reported and their shares are alike."""
    quarters = figures.calendar.quarters_of(period)
    reported = [figures.compute(name, quarter) for quarter in quarters]
    shares = [figures.compute(_SHARES_OF[name], quarter).comparable for quarter in quarters]
    counts = [count for count in shares if count is not None and count > 0]
    values = [figure.value for figure in reported if figure.value is not None and figure.formula is None]
    facts = tuple(fact for figure in reported for fact in figure.facts)
    if len(quarters) < 2 or min(len(values), len(counts)) < len(quarters) or not agree(facts):
        return None
    if max(counts) > min(counts) * _NEAR_RATIO:
        return None
    return _in_shares(figures, sum(values, Decimal(0)), " + ".join(["quarter"] * len(quarters)), facts)


def _in_shares(figures: CompanyFigures, value: Decimal, words: str, facts: tuple[KnownFact, ...]) -> ComputedFigure:
    """The figure, also in today's shares; refused if its share figures were filed on different sides of a split."""
    since = [splits_since(fact, figures.splits) for fact in _of_shares(facts)]
    if any(each != since[0] for each in since):
        return ComputedFigure(None, Refusal.OPERAND_RESTATED_APART)
    result = ComputedFigure(value, formula=words, facts=facts)
    if not since[0]:
        return result
    adjusted = in_new_shares(value, since[0], "per share")
    return result._replace(adjusted_value=adjusted, adjustment=adjustment_words(since[0]))


def _of_shares(facts: Sequence[KnownFact]) -> list[KnownFact]:
    return [fact for fact in facts if fact.unit.endswith("shares")]
