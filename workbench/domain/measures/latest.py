"""A company's latest figures as known on each day it filed: the data of screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

from workbench.domain.facts.fiscal_years import YearOffset
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import END, FILED_ON, FiledVersion
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.identity import Company
from workbench.domain.measures.ratios import Ratios, all_figures, ratio_definitions
from workbench.domain.statements.assembly import columns_of, statement_period
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.statement import PeriodKind, StatementKind, StatementPeriod

# The latest figures need the last fiscal year and earlier ones for growth and opening balances, as `ratios` does. The window
# begins with a calendar year, so that the days of one year share what is resolved of their facts.
_WINDOW = timedelta(days=372 * 6)


@dataclass(frozen=True, slots=True)
class LatestFigures:
    """The newest fiscal year, quarter or twelve months that a company has reported, with every proven line and ratio.

    The period is the newest with a figure on the income statement, or else on another statement. Quarters or half-years that
    end before the newest fiscal year are not the latest: then there is no entry for them. Refused figures are not in
    `values`. Money is in `currency`; ratios are rounded as by `Ratios.figure`.
    """

    basis: PeriodKind
    period: StatementPeriod
    currency: str
    values: Mapping[str, Decimal]


def latest_figures(company: Company, facts: FactTable) -> list[LatestFigures]:
    """One entry for each kind of period that was reported, from the facts of all statements."""
    ratios = Ratios(everything := all_figures(company, facts))
    industry, statements = everything.template.industry, list(everything.statements.values())
    results = []
    year = _newest_column(statements, PeriodKind.ANNUAL)
    for basis in PeriodKind:
        column = _newest_column(statements, basis)
        if column is not None and (year is None or column.end >= year.end):
            values = _lines(statements, column) | _ratios(ratios, industry, basis, column)
            results.append(LatestFigures(basis, statement_period(column), everything.currency_at(column.end), values))
    return results


def _newest_column(statements: Sequence[Figures], basis: PeriodKind) -> FiscalPeriod | None:
    for figures in statements:
        names = [line.name for line in figures.template.lines]
        for column in reversed(columns_of(figures.calendar, basis)):
            if figures.has_any(names, column):
                return column
    return None


def _lines(statements: Sequence[Figures], column: FiscalPeriod) -> dict[str, Decimal]:
    values: dict[str, Decimal] = {}
    taken: set[str] = set()
    for figures in statements:
        own = [line.name for line in figures.template.lines if line.name not in taken]
        taken.update(own)
        for name in own:
            value = figures.compute(name, column).value
            if value is not None:
                values[name] = value
    return values


def _ratios(ratios: Ratios, industry: str, basis: PeriodKind, column: FiscalPeriod) -> dict[str, Decimal]:
    lines = {line["name"] for kind in StatementKind for line in ConceptMap.load().lines[kind]}
    values = {}
    for ratio in ratio_definitions().values():
        if ratio.name not in lines and basis in ratio.periods and ratio.is_for(industry):
            value = ratios.compute(ratio.name, column).value
            if value is not None:
                values[ratio.name] = ratio.rounded(value)
    return values


def day_by_day(
    company: Company,
    versions: Iterable[FiledVersion],
    concepts: Mapping[int, str],
    units: Mapping[int, str],
    *,
    extensions: Mapping[str, tuple[str, ...]],
    year_offsets: Sequence[YearOffset] = (),
    since: date | None = None,
) -> Iterator[tuple[date, list[LatestFigures]]]:
    """The latest figures as known at the end of each day on which the company filed, from `since` on, oldest first.

    Concepts, units, extensions and offsets are those of a `FactTable`.
    """
    by_day: dict[date, list[FiledVersion]] = {offset.known_from: [] for offset in year_offsets}
    for version in versions:
        by_day.setdefault(version[FILED_ON], []).append(version)
    table, oldest = FactTable((), concepts, units, extensions), date.min
    known: list[FiledVersion] = []
    for day, filed in sorted(by_day.items()):
        offsets = [offset for offset in year_offsets if offset.known_from <= day]
        first = (day - _WINDOW).replace(month=1, day=1)
        if first == oldest:
            known += (filed := [version for version in filed if version[END] >= oldest])
            table = table.with_later(filed, offsets)
        else:  # days ascend, so a fact that has left the window does not return
            oldest = first
            known = [version for version in chain(known, filed) if version[END] >= oldest]
            table = FactTable(known, concepts, units, extensions, offsets)
        if since is None or day >= since:
            yield day, latest_figures(company, table)
