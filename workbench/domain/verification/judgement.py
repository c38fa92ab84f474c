"""Judges a claim by the figures of statements and ratios: supported, contradicted, ambiguous or not loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from workbench.domain.measures.catalogue import measures
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind, StatementLine, StatementPeriod
from workbench.domain.verification.claim import Base, Claim, Role, Unclear
from workbench.domain.verification.stated_periods import StatedPeriod
from workbench.domain.verification.stated_values import Bound, StatedValue, ValueUnit

Table = Statement | RatioTable
TableKey = tuple[StatementKind | None, PeriodKind]
"""Which table has a measure: a statement, or None for the ratios; and its kind of periods."""


class Outcome(StrEnum):
    """The judgement of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    AMBIGUOUS = "ambiguous"
    NOT_LOADED = "not_loaded"


class Finding(StrEnum):
    """Why a claim that can be read is judged as it is."""

    FIGURE_AGREES = "figure_agrees"
    FIGURE_DIFFERS = "figure_differs"
    SIGN_DIFFERS = "sign_differs"
    SCALE_DIFFERS = "scale_differs"
    DIRECTION_DIFFERS = "direction_differs"
    AGREES_FOR_OTHER_MEASURE = "agrees_for_other_measure"
    AGREES_FOR_OTHER_YEAR = "agrees_for_other_year"
    PERIOD_IS_YEAR_OR_QUARTER = "period_is_year_or_quarter"
    SIGN_UNCLEAR = "sign_unclear"
    UNIT_DOES_NOT_FIT = "unit_does_not_fit"
    CURRENCY_DIFFERS = "currency_differs"
    EARLIER_PERIOD_MISSING = "earlier_period_missing"
    CHANGE_NOT_MEANINGFUL = "change_not_meaningful"
    FIGURE_REFUSED = "figure_refused"
    NOT_REPORTED = "not_reported"
    PERIOD_NOT_LOADED = "period_not_loaded"
    COMPANY_NOT_LOADED = "company_not_loaded"


@dataclass(frozen=True, slots=True)
class JudgedFigure:
    """The figure of a line or ratio in one column of a table."""

    table: Table
    line: StatementLine
    column: StatementPeriod
    figure: Figure


@dataclass(frozen=True, slots=True)
class Judgement:
    """A claim and its outcome. `reason` is a Finding or what is Unclear.

    `figure` is the figure it was judged by, `earlier` the one that a change starts from. `actual` is what the claim's number
    should be: the figure, or the change, in the unit of the claim (per cent as 0 to 100).
    """

    claim: Claim
    outcome: Outcome
    reason: Finding | Unclear
    figure: JudgedFigure | None = None
    earlier: JudgedFigure | None = None
    actual: Decimal | None = None


# A number below this has no scale: nobody reports revenue of 391 dollars.
_LEAST_WITHOUT_SCALE = Decimal(10**6)
_FITTING: Mapping[ValueUnit, frozenset[str]] = {
    ValueUnit.PLAIN: frozenset(("money", "shares", "per_share", "ratio", "days")),
    ValueUnit.MONEY: frozenset(("money", "per_share")),
    ValueUnit.PER_SHARE: frozenset(("per_share",)),
    ValueUnit.SHARES: frozenset(("shares",)),
    ValueUnit.PERCENT: frozenset(("pct", "ratio")),
    ValueUnit.POINTS: frozenset(),
    ValueUnit.TIMES: frozenset(("ratio",)),
    ValueUnit.DAYS: frozenset(("days",)),
}
# Days from the end of one column to the same a year later, and to the next quarter (12 to 17 weeks).
_YEAR_APART, _QUARTER_APART = (350, 380), (80, 124)


def tables_needed(claim: Claim) -> list[TableKey]:
    """The tables by which `judge` judges a claim; none for a claim that cannot be read."""
    period = claim.period or claim.earlier_period
    if claim.unclear not in (None, Unclear.NO_VALUE) or claim.measure is None or period is None:
        return []
    keys = [(measures()[sense].kind, kind) for sense in _senses(claim) for kind in period_kinds(period)]
    return list(dict.fromkeys(keys))


def judge(claim: Claim, tables: Mapping[TableKey, Table]) -> Judgement:
    """The outcome of a claim by the tables of `tables_needed`.

    A claim is supported if the figure of the likeliest reading agrees, and contradicted only if no other reading of its
    words does: another measure of that name, or another year that a bare year can mean. A question without a number is
    ambiguous as a claim, and gets its figure.
    """
    if claim.unclear is Unclear.NO_COMPANY and claim.unclear_text:
        return Judgement(claim, Outcome.NOT_LOADED, Finding.COMPANY_NOT_LOADED)
    period = claim.period or claim.earlier_period
    if claim.unclear not in (None, Unclear.NO_VALUE) or claim.measure is None or period is None:
        return Judgement(claim, Outcome.AMBIGUOUS, claim.unclear or Unclear.NO_PERIOD)
    if not _senses(claim) or (claim.measure.is_negated and claim.direction):
        return Judgement(claim, Outcome.AMBIGUOUS, Finding.UNIT_DOES_NOT_FIT)
    by_sense = [_judged_by(claim, sense, period, tables) for sense in _senses(claim)]
    best = next((each for each in by_sense if each.reason is not Finding.NOT_REPORTED), by_sense[0])
    if best.outcome is not Outcome.CONTRADICTED:
        return best
    other = next((each for each in by_sense if each.outcome is Outcome.SUPPORTED), None)
    if other is not None:
        return replace(other, outcome=Outcome.AMBIGUOUS, reason=Finding.AGREES_FOR_OTHER_MEASURE)
    return _if_other_year(claim, period, tables) or best


def _senses(claim: Claim) -> tuple[str, ...]:
    """The measures that a claim can mean, by the unit of its number."""
    if claim.measure is None:
        return ()
    value, own = claim.value, claim.measure.senses
    if value is None:
        return own
    if claim.role is Role.CHANGE and value.unit in (ValueUnit.POINTS, ValueUnit.PERCENT):
        # A margin that rose 2 % may have risen by two points or by a fiftieth.
        is_of_points = measures()[own[0]].unit == "pct"
        return own if is_of_points is (value.unit is ValueUnit.POINTS) else ()
    return tuple(sense for sense in own if measures()[sense].unit in _FITTING[value.unit] and _has_scale(value, sense))


def _has_scale(value: StatedValue, sense: str) -> bool:
    is_large = abs(value.number) >= _LEAST_WITHOUT_SCALE or not value.number
    return is_large or value.unit is not ValueUnit.PLAIN or measures()[sense].unit not in ("money", "shares")


def period_kinds(period: StatedPeriod) -> tuple[PeriodKind, ...]:
    """The kinds of columns that a period can mean."""
    if period.kind is None:
        return PeriodKind.ANNUAL, PeriodKind.QUARTERLY
    if period.kind is PeriodKind.TTM:
        return PeriodKind.TTM, PeriodKind.ANNUAL
    return (period.kind,)


def _judged_by(claim: Claim, sense: str, period: StatedPeriod, tables: Mapping[TableKey, Table]) -> Judgement:
    """The outcome if the claim's measure is `sense`; the columns that the period can mean must agree."""
    kind = measures()[sense].kind
    own = [table for each in period_kinds(period) if (table := tables.get((kind, each))) is not None]
    results = [_judged_at(claim, sense, table, column) for table in own for column in table.periods if period.is_of(column)]
    proven = [each for each in results if each.actual is not None]
    if not proven:
        return results[0] if results else Judgement(claim, Outcome.NOT_LOADED, Finding.PERIOD_NOT_LOADED)
    if len({each.outcome for each in proven}) > 1:
        return replace(proven[0], outcome=Outcome.AMBIGUOUS, reason=Finding.PERIOD_IS_YEAR_OR_QUARTER)
    return proven[0]


def _judged_at(claim: Claim, sense: str, table: Table, column: StatementPeriod) -> Judgement:
    line = next((each for each in table.lines if each.line == sense), None)
    if line is None:
        return Judgement(claim, Outcome.NOT_LOADED, Finding.NOT_REPORTED)
    current = figure_of(table, line, column)
    if claim.role is Role.LEVEL and not claim.direction:
        return _judged_level(claim, current)
    earlier = _earlier(claim, current)
    return (_judged_earlier if claim.role is Role.EARLIER else _judged_movement)(claim, current, earlier)


def _judged_movement(claim: Claim, current: JudgedFigure, earlier: JudgedFigure | None) -> Judgement:
    """The outcome of a change, or on a level that is said to have risen or fallen."""
    if current.figure.value is None:
        return _refused(claim, current)
    if earlier is None or earlier.figure.comparable is None:
        return Judgement(claim, Outcome.AMBIGUOUS, Finding.EARLIER_PERIOD_MISSING, current)
    if claim.role is Role.CHANGE and claim.value is not None:
        return _judged_change(claim, claim.value, current, earlier)
    result = Judgement(claim, Outcome.SUPPORTED, Finding.FIGURE_AGREES, current, actual=current.figure.value)
    if claim.value is not None:
        result = _judged_level(claim, current)
    return _with_direction(replace(result, earlier=earlier), current, earlier)


def _with_direction(judgement: Judgement, current: JudgedFigure, earlier: JudgedFigure) -> Judgement:
    """The judgement of a level, contradicted if the figure did not move in the direction that is claimed."""
    change = _comparable(current) - _comparable(earlier)
    is_wrong = (change > 0) - (change < 0) != judgement.claim.direction
    if judgement.outcome is not Outcome.SUPPORTED or not is_wrong:
        return judgement
    return replace(judgement, outcome=Outcome.CONTRADICTED, reason=Finding.DIRECTION_DIFFERS)


def _judged_earlier(claim: Claim, current: JudgedFigure, earlier: JudgedFigure | None) -> Judgement:
    """The outcome for the number that a change is said to start from."""
    if claim.period is None:  # only the earlier period is named
        earlier = current
    if earlier is None:
        return Judgement(claim, Outcome.AMBIGUOUS, Finding.EARLIER_PERIOD_MISSING, current)
    if earlier.figure.value is None:
        return _refused(claim, earlier)
    result = _judged_level(claim, earlier)
    if result.outcome is not Outcome.SUPPORTED or not claim.direction or claim.period is None:
        return result
    if current.figure.comparable is None:
        return replace(result, outcome=Outcome.AMBIGUOUS, reason=Finding.EARLIER_PERIOD_MISSING)
    return _with_direction(result, current, earlier)


def _judged_level(claim: Claim, judged: JudgedFigure) -> Judgement:
    value, figure = claim.value, judged.figure
    if figure.value is None:
        return _refused(claim, judged)
    if value is None:
        return Judgement(claim, Outcome.AMBIGUOUS, Unclear.NO_VALUE, judged, actual=_in_unit(figure.value, claim, judged))
    if not _is_same_currency(value, figure):
        return Judgement(claim, Outcome.AMBIGUOUS, Finding.CURRENCY_DIFFERS, judged, actual=figure.value)
    # A share figure filed before a split is given as filed or in today's shares.
    readings = [_in_unit(each, claim, judged) for each in (figure.value, figure.adjusted_value) if each is not None]
    for actual in readings:
        if _admits(value, actual, judged):
            return Judgement(claim, Outcome.SUPPORTED, Finding.FIGURE_AGREES, judged, actual=actual)
    return _differing(claim, value, readings[0], judged)


def _differing(claim: Claim, value: StatedValue, actual: Decimal, judged: JudgedFigure) -> Judgement:
    if value.is_bracketed and value.admits(actual):
        return Judgement(claim, Outcome.AMBIGUOUS, Finding.SIGN_UNCLEAR, judged, actual=actual)
    if _admits(replace(value, number=-value.number), actual, judged):
        is_meant = value.is_bracketed
        outcome, reason = (
            (Outcome.SUPPORTED, Finding.FIGURE_AGREES) if is_meant else (Outcome.CONTRADICTED, Finding.SIGN_DIFFERS)
        )
        return Judgement(claim, outcome, reason, judged, actual=actual)
    scaled = (replace(value, number=value.number.scaleb(n), half_digit=value.half_digit.scaleb(n)) for n in (-6, -3, 3, 6))
    is_scaled = value.bound is Bound.EXACT and any(_admits(each, actual, judged) for each in scaled)
    reason = Finding.SCALE_DIFFERS if is_scaled else Finding.FIGURE_DIFFERS
    return Judgement(claim, Outcome.CONTRADICTED, reason, judged, actual=actual)


# Ratios are rounded to four digits after the point; a claim with more of them cannot be more exact than that.
_RATIO_HALF_DIGIT = Decimal("0.00005")


def _admits(value: StatedValue, actual: Decimal, judged: JudgedFigure) -> bool:
    if value.is_bracketed and value.number > 0 and actual > 0:
        return False  # may be meant negative: `_differing` says so
    if isinstance(judged.table, RatioTable):
        value = replace(value, half_digit=max(value.half_digit, _RATIO_HALF_DIGIT))
    return value.admits(actual)


def _judged_change(claim: Claim, value: StatedValue, current: JudgedFigure, earlier: JudgedFigure) -> Judgement:
    change = _comparable(current) - _comparable(earlier)
    if value.unit is ValueUnit.PERCENT:
        if _comparable(earlier) <= 0:
            return Judgement(claim, Outcome.AMBIGUOUS, Finding.CHANGE_NOT_MEANINGFUL, current, earlier)
        change = change / _comparable(earlier) * 100
    elif not _is_same_currency(value, current.figure):
        return Judgement(claim, Outcome.AMBIGUOUS, Finding.CURRENCY_DIFFERS, current, earlier)
    moved = change * claim.direction
    if value.admits(moved):
        return Judgement(claim, Outcome.SUPPORTED, Finding.FIGURE_AGREES, current, earlier, change)
    is_reversed = value.admits(-moved)
    reason = Finding.DIRECTION_DIFFERS if is_reversed else Finding.FIGURE_DIFFERS
    return Judgement(claim, Outcome.CONTRADICTED, reason, current, earlier, change)


def _in_unit(number: Decimal, claim: Claim, judged: JudgedFigure) -> Decimal:
    if claim.measure is not None and claim.measure.is_negated:
        number = -number
    is_share = claim.value is not None and claim.value.unit is ValueUnit.PERCENT
    return number * 100 if is_share and measures()[judged.line.line].unit == "ratio" else number


def _is_same_currency(value: StatedValue, figure: Figure) -> bool:
    return value.currency is None or (figure.unit or "").partition("/")[0] == value.currency


def _refused(claim: Claim, judged: JudgedFigure) -> Judgement:
    if judged.figure.reason == Finding.NOT_REPORTED:
        return Judgement(claim, Outcome.NOT_LOADED, Finding.NOT_REPORTED, judged)
    return Judgement(claim, Outcome.AMBIGUOUS, Finding.FIGURE_REFUSED, judged)


def _comparable(judged: JudgedFigure) -> Decimal:
    value = judged.figure.comparable
    return Decimal(0) if value is None else value


def figure_of(table: Table, line: StatementLine, column: StatementPeriod) -> JudgedFigure:
    """The figure of a line in a column of its table."""
    return JudgedFigure(table, line, column, line.figures[table.periods.index(column)])


def _earlier(claim: Claim, current: JudgedFigure) -> JudgedFigure | None:
    """The figure that a change starts from: of the period that the claim names, else a year before."""
    table, column = current.table, current.column
    if claim.earlier_period is not None:
        named = [each for each in table.periods if claim.earlier_period.is_of(each) and each.end < column.end]
        return figure_of(table, current.line, named[-1]) if len(named) == 1 else None
    apart = _QUARTER_APART if claim.base is Base.PERIOD_BEFORE else _YEAR_APART
    within = [each for each in table.periods if _is_apart(each, column, apart) and each.is_year == column.is_year]
    return figure_of(table, current.line, within[-1]) if within else None


def _is_apart(earlier: StatementPeriod, later: StatementPeriod, days: tuple[int, int]) -> bool:
    return timedelta(days[0]) <= later.end - earlier.end <= timedelta(days[1])


def _if_other_year(claim: Claim, period: StatedPeriod, tables: Mapping[TableKey, Table]) -> Judgement | None:
    """The outcome for a bare year where another year of the company lies in that calendar year and agrees."""
    if not period.is_bare or period.fiscal_year is None:
        return None
    for label in (period.fiscal_year - 1, period.fiscal_year + 1):
        shifted = replace(period, fiscal_year=label)
        for sense in _senses(claim):
            other = _judged_by(claim, sense, shifted, tables)
            if other.outcome is Outcome.SUPPORTED and other.figure and _touches(other.figure.column, period.fiscal_year):
                return replace(other, outcome=Outcome.AMBIGUOUS, reason=Finding.AGREES_FOR_OTHER_YEAR)
    return None


def _touches(column: StatementPeriod, year: int) -> bool:
    return year in (column.end.year, (column.start or column.year_start or column.end).year)
