"""Whether a statement adds up: a result for each check and period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import takewhile

from workbench.domain.facts.known_fact import agree
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.facts.standards import are_of_one_standard
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.concepts import Balance, UnitKind
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.identities import IDENTITY_NAMES, Column, Outcome, Result, evaluate, identities, rounding
from workbench.domain.statements.outliers import HAVE_THEIR_SCALE, HAVE_THEIR_SIGN, scale_checks, sign_checks
from workbench.domain.statements.per_share import EPS_TIMES_SHARES, LINES, evaluate_per_share
from workbench.domain.statements.reasons import why_not
from workbench.domain.statements.statement import Check, StatementKind

# Flows that every company reports: their quarters are compared with the year even where a quarter is refused for that reason.
_SUMMED = frozenset(
    {"revenue", "operating_income", "income_before_tax", "net_income",
     "operating_cash_flow", "investing_cash_flow", "financing_cash_flow"}
)  # fmt: skip
YEAR_IS_SUM_OF_QUARTERS = "year_is_sum_of_quarters"
# The checks that a statement's own figures answer, in the order of their results.
OWN_CHECKS = (*IDENTITY_NAMES, EPS_TIMES_SHARES, YEAR_IS_SUM_OF_QUARTERS, HAVE_THEIR_SIGN, HAVE_THEIR_SCALE)
_RESULTS = {Outcome.HOLDS: "passed", Outcome.BROKEN: "failed"}


def checks(
    figures: Figures, kind: StatementKind, periods: Sequence[FiscalPeriod], *, before: FiscalPeriod | None = None
) -> Iterator[Check]:
    """The check results for a statement's columns: check by check, each in the order of the columns.

    First the identities of the statement (see `identities`) for each column, on the figures that it shows; then
    `year_is_sum_of_quarters` at the end of each fiscal year among the columns, for years and quarters; then impossible signs
    and scales (see `outliers`). `before` is the period before the first column, if any, so that a result does not depend on
    the number of columns shown.
    """
    yield from checks_of_columns(figures, kind, periods)
    yield from scale_checks(figures, kind, periods, before=before)


def checks_of_columns(figures: Figures, kind: StatementKind, periods: Sequence[FiscalPeriod]) -> Iterator[Check]:
    """Those of these check results that follow from one column each."""
    for identity in identities(kind):
        for period in periods:
            yield from check_of(figures, identity.name, period, evaluate(identity, column_of(figures, identity.lines, period)))
    if kind is StatementKind.INCOME:
        for period in periods:
            yield from check_of(figures, EPS_TIMES_SHARES, period, evaluate_per_share(column_of(figures, LINES, period)))
    if kind is not StatementKind.BALANCE:
        yield from _sums(figures, periods)
    yield from sign_checks(figures, kind, periods)


def in_order(results: Iterable[Check]) -> tuple[Check, ...]:
    """Results check by check, as `checks` gives them; those of one check stay in their order."""
    return tuple(sorted(results, key=lambda check: OWN_CHECKS.index(check.name)))


def column_of(figures: Figures, lines: frozenset[str], period: FiscalPeriod) -> Column:
    """The figures of these lines for a period, without lines that the template does not have."""
    return {line.name: figures.compute(line.name, period) for line in figures.template.lines if line.name in lines}


def check_of(figures: Figures, name: str, period: FiscalPeriod, result: Result) -> Iterator[Check]:
    """A result with its figures in words, or with the reason why nothing was checked; none for lines that do not exist."""
    if result.outcome is Outcome.NOT_APPLICABLE:
        return
    outcome = _RESULTS.get(result.outcome)
    if outcome is None:
        yield Check(name, period.end, "not_applicable", f"not checked: {_why(figures, period, result)}")
    else:
        values = [(line, figures.compute(line, period).value or 0) for line in result.lines]
        words = ", ".join(f"{figures.label(line)} {value:,f}" for line, value in values)
        yield Check(name, period.end, outcome, words, result.lines)


def _why(figures: Figures, period: FiscalPeriod, result: Result) -> str:
    if result.missing:
        reasons = ((line, why_not(figures.compute(line, period).reason)) for line in result.missing)
        return "; ".join(f"{figures.label(line)}: {reason}" for line, reason in reasons)
    if len({figures.compute(line, period).facts for line in result.lines}) == 1:
        return "one fact gives all of the figures"
    if result.lines:
        return "one of the figures is computed from the others"
    return "other items may explain a difference"


def _sums(figures: Figures, periods: Sequence[FiscalPeriod]) -> Iterator[Check]:
    ends = {period.end for period in periods}
    flows = [line for line in figures.template.lines if line.unit is UnitKind.MONEY and line.balance is Balance.DURATION]
    for year in (year for year in figures.calendar.years if year.end in ends):
        quarters = [quarter for quarter in figures.calendar.quarters if quarter.year_start == year.start]
        if sum(quarter.months for quarter in quarters) != 12:
            continue
        compared = 0
        wrong: list[str] = []
        for line in flows:
            proven = figures.unchecked if line.name in _SUMMED else figures.compute
            # Up to the first that has no value: most lines have no year, and the work is in the quarters.
            reported = list(takewhile(_has_value, (proven(line.name, period) for period in (year, *quarters))))
            if len(reported) > len(quarters) and are_of_one_standard(
                [fact.concept for each in reported for fact in each.facts]
            ):
                compared += 1
                wrong += _difference(line.label, reported[0], reported[1:])
        result = "failed" if wrong else "passed" if compared else "not_applicable"
        detail = "; ".join(wrong) if wrong else f"{compared} lines compared"
        yield Check(YEAR_IS_SUM_OF_QUARTERS, year.end, result, detail)


def _has_value(figure: ComputedFigure) -> bool:
    return figure.value is not None


def _difference(label: str, whole: ComputedFigure, parts: Sequence[ComputedFigure]) -> Iterator[str]:
    """A year that is not the sum of its quarters, in words; a restatement of the year alone is named."""
    year, *quarters = (each.value or Decimal(0) for each in (whole, *parts))
    total, terms = sum(quarters, Decimal(0)), sum(len(each.facts) for each in (whole, *parts))
    if abs(year - total) > rounding(terms, year, *quarters):
        is_apart = not agree([fact for each in (whole, *parts) for fact in each.facts])
        yield f"{label}: year {year:,f}, quarters {total:,f}" + (" (not restated together)" if is_apart else "")
