"""The history of one figure: what it was after each filing that carries it or its operands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from math import prod

from workbench.domain.facts.fiscal_years import YearOffset
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import (
    ACCESSION,
    CONCEPT,
    END,
    FILED_ON,
    FORM,
    START,
    UNIT,
    VALUE,
    FiledVersion,
    in_order,
)
from workbench.domain.facts.source import SourceFact
from workbench.domain.facts.splits import SPLIT_TAGS, Split, find_splits
from workbench.domain.identity import Company
from workbench.domain.measures.ratios import Ratios, all_figures, ratio_definition
from workbench.domain.statements.assembly import columns_of, figures_of
from workbench.domain.statements.statement import Figure, PeriodKind, StatementKind

# A year before the period for growth and averages, one more for trailing months, and four that show how the fiscal year runs.
_CONTEXT = timedelta(days=6 * 372)
# Counts after a split are rounded, and so are amounts a share before and after it.
_SHARE_OF_COUNT = _HALF_CENT = Decimal("0.005")


class FigureChange(StrEnum):
    """What a filing did to a figure. `withdrawn`: it left the figure without proof."""

    FIRST = "first"
    REPEATED = "repeated"
    RESTATED = "restated"
    SPLIT = "split"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """The figure as known at the end of `known_on`, after `filings` (accession and form) of that day.

    `value` is None only for a withdrawn one, with the `reason` code. `as_filed` are the facts of these filings that are the
    figure or its operands, each in the filing's own digits.
    """

    known_on: date
    change: FigureChange
    value: Decimal | None
    unit: str | None
    reason: str | None
    filings: tuple[tuple[str, str], ...]
    as_filed: tuple[SourceFact, ...]


@dataclass(frozen=True, slots=True)
class FigureKey:
    """Which figure: a line of a statement, or a ratio if `kind` is None, for the period that ends on `period_end`."""

    kind: StatementKind | None
    line: str
    period: PeriodKind
    period_end: date


@dataclass(frozen=True, slots=True)
class FiledFacts:
    """What the figures of a company are computed from: the fields of `FactTable`."""

    versions: Sequence[FiledVersion]
    concepts: Mapping[int, str]
    units: Mapping[int, str]
    extensions: Mapping[str, tuple[str, ...]]
    year_offsets: Sequence[YearOffset]

    def known_on(self, day: date, *, ending_from: date) -> FiledFacts:
        """What was filed by the end of the day, of periods that end on `ending_from` or later."""
        versions = [each for each in self.versions if each[FILED_ON] <= day and each[END] >= ending_from]
        offsets = [each for each in self.year_offsets if each.known_from <= day]
        return FiledFacts(versions, self.concepts, self.units, self.extensions, offsets)

    def source(self, version: FiledVersion) -> SourceFact:
        """The filed version with the names of its concept and unit."""
        return SourceFact(
            self.concepts[version[CONCEPT]], self.units[version[UNIT]], version[START], version[END],
            version[VALUE], version[ACCESSION], version[FORM], version[FILED_ON],
        )  # fmt: skip


def figure_history(company: Company, key: FigureKey, filed: FiledFacts) -> list[KnownFigure]:
    """The figure after each day with a filing that carries it or, for a derived one, an operand; oldest first.

    Days before it first had a value are left out. Empty if it never had one.
    """
    days = {version[FILED_ON] for version in filed.versions}
    newest = _figure_on(company, key, filed, max(days)) if days else None
    spans = {(fact.period_start, fact.period_end) for fact in newest[0].facts} if newest else set()
    touching = [each for each in filed.versions if each[END] == key.period_end or (each[START], each[END]) in spans]
    return list(_changes(touching, filed, lambda day: _figure_on(company, key, filed, day)))


_Known = tuple[Figure, Sequence[Split]]


def _changes(
    touching: Sequence[FiledVersion], filed: FiledFacts, figure_on: Callable[[date], _Known | None]
) -> Iterator[KnownFigure]:
    before: Figure | None = None
    last_on: date | None = None
    for day, group in groupby(sorted(touching, key=in_order), key=lambda version: version[FILED_ON]):
        known = figure_on(day)
        if known is None or (known[0].value is None and before is None):
            continue
        figure, splits = known
        quantities = {fact[:4] for each in (figure, before) if each is not None for fact in each.facts}
        as_filed = [fact for fact in map(filed.source, group) if fact[:4] in quantities]
        is_same = before is not None and before.value == figure.value
        if not as_filed and is_same:
            continue
        between = [each for each in splits if last_on is not None and last_on < each.first_filed_on <= day]
        yield KnownFigure(
            day, _change(before, figure, between), figure.value, figure.unit, figure.reason,
            tuple(dict.fromkeys((fact.accession, fact.form) for fact in as_filed)), tuple(as_filed),
        )  # fmt: skip
        before, last_on = (figure if figure.value is not None else before), day


def _change(before: Figure | None, after: Figure, splits: Sequence[Split]) -> FigureChange:
    if after.value is None:
        return FigureChange.WITHDRAWN
    if before is None or before.value is None:
        return FigureChange.FIRST
    if before.value == after.value:
        return FigureChange.REPEATED
    return FigureChange.SPLIT if splits and _follows(before.value, after, splits) else FigureChange.RESTATED


def _follows(before: Decimal, after: Figure, splits: Sequence[Split]) -> bool:
    """Whether the new value is the old one in the shares after the splits, to the digits that both are rounded to."""
    unit, value = after.unit or "", after.value
    if value is None or not unit.endswith("shares"):
        return False
    ratio = prod((each.ratio for each in splits[1:]), start=splits[0].ratio)
    times = Decimal(ratio.numerator) / ratio.denominator
    if unit == "shares":
        return abs(before * times - value) <= abs(before * times) * _SHARE_OF_COUNT
    return abs(before / times - value) <= _HALF_CENT * (1 + 1 / times)


def _figure_on(company: Company, key: FigureKey, filed: FiledFacts, day: date) -> _Known | None:
    """The figure as known at the end of the day, with the splits known then; None where there was no such period."""
    then = filed.known_on(day, ending_from=key.period_end - _CONTEXT)
    facts = FactTable(then.versions, then.concepts, then.units, then.extensions, then.year_offsets)
    splits = () if key.kind is StatementKind.CASHFLOW else find_splits(facts.filings(SPLIT_TAGS), then.concepts)
    figures = all_figures(company, facts, splits) if key.kind is None else figures_of(company, key.kind, facts, splits)
    column = next((each for each in columns_of(figures.calendar, key.period) if each.end == key.period_end), None)
    if column is None:
        return None
    if key.kind is None:
        return Ratios(figures).figure(ratio_definition(key.line), column), splits
    line = next((each for each in figures.template.lines if each.name == key.line), None)
    if line is None:
        return None
    return figures.compute(line.name, column).figure(column.end, figures.unit(line, column.end)), splits
