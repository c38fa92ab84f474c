"""A company's figures by segment, region, product and customer, from the documents of its filings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from workbench.domain.facts.fiscal_years import YearLabels
from workbench.domain.facts.member_names import in_words
from workbench.domain.facts.periods import Length, length_of
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Company
from workbench.domain.measures.divisions import Members, division
from workbench.domain.measures.provenance import Element
from workbench.domain.statements.concepts import Balance, ConceptMap, LineDefinition
from workbench.domain.statements.statement import PeriodKind, StatementKind

# The axes that divide a company, in the standard taxonomies (older years had some of SRT's in US GAAP).
AXES: Mapping[str, str] = {
    "us-gaap:StatementBusinessSegmentsAxis": "Segment",
    "us-gaap:SubsegmentsAxis": "Subsegment",
    "ifrs-full:SegmentsAxis": "Segment",
    "srt:StatementGeographicalAxis": "Region",
    "us-gaap:StatementGeographicalAxis": "Region",
    "ifrs-full:GeographicalAreasAxis": "Region",
    "srt:ProductOrServiceAxis": "Product",
    "us-gaap:ProductOrServiceAxis": "Product",
    "us-gaap:ProductsAndServicesAxis": "Product",
    "ifrs-full:ProductsAndServicesAxis": "Product",
    "us-gaap:ContractWithCustomerSalesChannelAxis": "Sales channel",
    "srt:MajorCustomersAxis": "Customer",
    "us-gaap:MajorCustomersAxis": "Customer",
}
# This member marks segment figures before eliminations, as segment figures are anyway. Other members of the axis are not
# segments; without a segment they are reconciling items: eliminations and unallocated amounts.
CONSOLIDATION_AXES = frozenset({"srt:ConsolidationItemsAxis", "us-gaap:ConsolidationItemsAxis"})
_OPERATING = "us-gaap:OperatingSegmentsMember"
# The suffix of the label of a row that is included in other rows.
IN_OTHERS = " (in other rows)"
# Interim periods, shortest first: the letter of their labels, and their months.
_INTERIM = {Length.QUARTER: ("Q", 3), Length.TRIMESTER: ("T", 4), Length.HALF: ("H", 6)}
_YEAR, _SLACK, _MONTH_DAYS = timedelta(days=365.25), timedelta(days=14), 30.4375
_LINES = (
    (StatementKind.INCOME, "revenue"),
    (StatementKind.INCOME, "operating_income"),
    (StatementKind.BALANCE, "total_assets"),
)
# By region companies report long-lived assets rather than total assets (ASC 280-10-50-41).
_LONG_LIVED = LineDefinition(
    "long_lived_assets",
    "Long-lived assets",
    ("us-gaap:NoncurrentAssets", "us-gaap:PropertyPlantAndEquipmentNet"),
    balance=Balance.INSTANT,
)


class DimensionalFact(NamedTuple):
    """A fact with its dimensions as axis and member, in order of the axes; no dimensions for the whole company."""

    fact: SourceFact
    dimensions: Members


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one member or combination of members: one fact or None for each period; `elements` locate each in print.

    A row that `is_in_others` is a group of other rows or a part of one, and is not added to sums. A row that `is_reconciling`
    is not a member of the axis: eliminations between segments, or unallocated amounts.
    """

    members: tuple[str, ...]
    label: str
    facts: tuple[SourceFact | None, ...]
    elements: tuple[Element | None, ...] = ()
    is_in_others: bool = False
    is_reconciling: bool = False

    @property
    def words(self) -> str:
        """The label, with a suffix if the row is included in other rows."""
        return f"{self.label}{IN_OTHERS}" if self.is_in_others else self.label


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A line divided by one axis, or by one within another. Periods, as (first day or None, last day), from oldest to newest.

    `period_labels` names the periods: `FY 2024`, `Q3 2024`, or the last day. `total` is the figure of the whole company for
    the same concept, if reported and if there is one axis. `adds_up` says for each period whether the rows not in others add
    up to it; None without a total: rows may leave a part out.
    """

    line: str
    label: str
    concept: str
    unit: str
    axes: tuple[str, ...]
    axis_label: str
    periods: tuple[tuple[date | None, date], ...]
    rows: tuple[Row, ...]
    total: tuple[SourceFact | None, ...]
    adds_up: tuple[bool | None, ...]
    period_labels: tuple[str, ...]


def segment_lines(company: Company) -> tuple[LineDefinition, ...]:
    """The lines with breakdowns: revenue, operating income, assets and long-lived assets, by the company's industry."""
    concept_map = ConceptMap.load()
    industry = concept_map.industry_of(company)
    results = []
    for kind, name in _LINES:
        results += [line for line in concept_map.template(kind, industry, company).lines if line.name == name]
    return (*results, _LONG_LIVED)


def break_down(
    lines: Sequence[LineDefinition],
    facts: Iterable[DimensionalFact],
    period: PeriodKind,
    labels: Mapping[str, str],
    *,
    year_labels: YearLabels | None = None,
    limit_periods: int | None = None,
) -> tuple[Breakdown, ...]:
    """Every line by every axis with two or more reported members; lines in their order, then axes by name.

    All figures of a period come from one filing: the newest whose rows add up to the company's figure, or else the newest of
    those with the most rows. If several concepts of a line have the same axes, the one with the newest period is taken, then
    the one with more figures, then the preferred one. `labels` are names of members, `year_labels` those of fiscal years.
    """
    table = _Table(facts, period, year_labels or YearLabels())
    breakdowns = []
    for line in lines:
        by_axes: dict[Axes, list[Breakdown]] = defaultdict(list)
        for concept in line.tags:
            for unit, axes in table.divisions(concept):
                breakdown = table.breakdown(line, concept, unit, axes, labels=labels, limit=limit_periods)
                if breakdown is not None:
                    by_axes[axes].append(breakdown)
        breakdowns += [max(by_axes[axes], key=_reach) for axes in sorted(by_axes, key=lambda each: (len(each), each))]
    return tuple(breakdowns)


def _reach(breakdown: Breakdown) -> tuple[date, int]:
    return breakdown.periods[-1][1], sum(fact is not None for row in breakdown.rows for fact in row.facts)


Axes = tuple[str, ...]
Span = tuple[date | None, date]
_Quantity = tuple[str, str, Axes]  # concept, unit, axes


class _Table:
    """The facts by member and those of the whole company, for periods of one kind."""

    def __init__(self, facts: Iterable[DimensionalFact], period: PeriodKind, year_labels: YearLabels) -> None:
        self._year_labels = year_labels
        divided = [(fact, members) for fact, dimensions in facts if (members := _divided(dimensions)) is not None]
        self._is_annual = period is PeriodKind.ANNUAL
        self._year_ends = {fact.period_end for fact, _ in divided if _is_length(fact, Length.YEAR)}
        # Of a company that reports quarters, half-years are year-to-dates.
        lengths = [length for length in _INTERIM if any(_is_length(fact, length) for fact, members in divided if members)]
        self._length = Length.YEAR if self._is_annual else next(iter(lengths), Length.QUARTER)
        self._whole: dict[tuple[str, str, Span], SourceFact] = {}
        self._reconciling: defaultdict[tuple[str, str, Span, str], dict[Members, SourceFact]] = defaultdict(dict)
        # By quantity, period and filing: the rows, by their members.
        self._cells: defaultdict[_Quantity, defaultdict[Span, defaultdict[str, dict[Members, SourceFact]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(dict))
        )
        for fact, members in sorted(divided, key=lambda each: (each[0].filed_on, each[0].accession, each[0].value)):
            if self._is_wanted(fact):
                span = fact.period_start, fact.period_end
                if members and members[0][0] in CONSOLIDATION_AXES:
                    self._reconciling[fact.concept, fact.unit, span, fact.accession][members] = fact
                elif members:
                    axes = tuple(axis for axis, _ in members)
                    self._cells[fact.concept, fact.unit, axes][span][fact.accession][members] = fact
                else:
                    self._whole[fact.concept, fact.unit, span] = fact

    def _is_wanted(self, fact: SourceFact) -> bool:
        if fact.period_start is None:
            return fact.period_end in self._year_ends or not self._is_annual
        return _is_length(fact, self._length)

    def divisions(self, concept: str) -> list[tuple[str, Axes]]:
        """The units and axes of a concept's breakdowns."""
        return sorted((unit, axes) for tag, unit, axes in self._cells if tag == concept)

    def breakdown(
        self, line: LineDefinition, concept: str, unit: str, axes: Axes, *, labels: Mapping[str, str], limit: int | None
    ) -> Breakdown | None:
        """One breakdown of one concept; None if it has fewer than two rows."""
        by_span = self._cells[concept, unit, axes]
        # A breakdown by two axes has no whole to compare with: rows belong to different members of the other axis.
        wholes = {span: self._whole.get((concept, unit, span)) if len(axes) == 1 else None for span in by_span}
        chosen = {
            span: self._one_filing(filings, wholes[span], (concept, unit, axes, span)) for span, filings in by_span.items()
        }
        periods = sorted(chosen, key=lambda span: (span[1], span[0] or span[1]))[-(limit or 0) :]
        members = sorted({each for span in periods for each in chosen[span].rows})
        if sum(not _is_reconciling(each) for each in members) < 2:
            return None
        rows = [
            Row(
                tuple(member for _, member in each),
                ": ".join(labels.get(member) or in_words(member) for _, member in reversed(each)),
                tuple(chosen[span].rows.get(each) for span in periods),
                is_in_others=_is_in_others(each, [chosen[span] for span in periods]),
                is_reconciling=_is_reconciling(each),
            )
            for each in members
        ]
        return Breakdown(
            line.name,
            line.label,
            concept,
            unit,
            axes,
            " in ".join(AXES[axis].lower() for axis in axes).capitalize(),
            tuple(periods),
            tuple(sorted(rows, key=_weight)),
            tuple(wholes[span] for span in periods),
            tuple(chosen[span].counted is not None if wholes[span] else None for span in periods),
            tuple(self._label(span) for span in periods),
        )

    def _label(self, span: Span) -> str:
        """`FY 2024`, `Q3 2024` (`H1`, `T2` without quarters), or the last day of a period whose fiscal year is not known."""
        start, end = span
        if start is not None and length_of(start, end) is Length.YEAR:
            return f"FY {self._year_labels.of(end)}"
        if start is None or not self._year_ends:
            return end.isoformat()
        nearest = min(self._year_ends, key=lambda each: abs(each - end))
        # Years before and after the known ones end on the same day, or some days from it.
        year_end = nearest + round((end - nearest) / _YEAR) * _YEAR
        year_end += _YEAR if year_end < end - _SLACK else timedelta(0)
        letter, months = _INTERIM[self._length]
        part = 12 // months - round((year_end - end).days / _MONTH_DAYS / months)
        return f"{letter}{part} {self._year_labels.of(year_end)}"

    def _one_filing(
        self, filings: Mapping[str, dict[Members, SourceFact]], whole: SourceFact | None, of: tuple[str, str, Axes, Span]
    ) -> _Chosen:
        """The rows of the chosen filing with its reconciling items; filings come from oldest to newest."""
        concept, unit, axes, span = of
        newest_first = list(filings.items())[::-1]
        for accession, rows in newest_first:
            is_of_segments = len(axes) == 1 and AXES[axes[0]] == "Segment"
            reconciling = self._reconciling.get((concept, unit, span, accession), {}) if is_of_segments else {}
            counted = division(rows, reconciling, whole)
            if counted is not None:
                return _Chosen(rows | {each: fact for each, fact in reconciling.items() if each in counted}, counted)
        return _Chosen(max((rows for _, rows in newest_first), key=len), None)


class _Chosen(NamedTuple):
    """The rows of one period, and those of them that add up to the whole, if any do."""

    rows: Mapping[Members, SourceFact]
    counted: frozenset[Members] | None


def _is_reconciling(members: Members) -> bool:
    return members[0][0] in CONSOLIDATION_AXES


def _is_in_others(members: Members, periods: Sequence[_Chosen]) -> bool:
    """Whether a row is outside the sum in every period that has its figure and a known sum."""
    known = [members in each.counted for each in periods if each.counted is not None and members in each.rows]
    return bool(known) and not any(known)


def _divided(dimensions: Members) -> Members | None:
    """The dimensions of a breakdown or of reconciling items; None for another subject (a derivative, a scenario)."""
    if len(dimensions) == 1 and dimensions[0][0] in CONSOLIDATION_AXES and dimensions[0][1] != _OPERATING:
        return dimensions
    if any(axis in CONSOLIDATION_AXES and member != _OPERATING for axis, member in dimensions):
        return None
    own = tuple((axis, member) for axis, member in dimensions if axis not in CONSOLIDATION_AXES)
    if len(own) > 2 or any(axis not in AXES for axis, _ in own) or (dimensions and not own):
        return None
    return own


def _is_length(fact: SourceFact, length: Length) -> bool:
    return fact.period_start is not None and length_of(fact.period_start, fact.period_end) is length


def _weight(row: Row) -> tuple[bool, int, Decimal, str]:
    """The sort key: members before reconciling items, rows of the newest period first, the largest first."""
    newest = max(place for place, fact in enumerate(row.facts) if fact is not None)
    fact = row.facts[newest]
    return row.is_reconciling, -newest, -(fact.value if fact else Decimal(0)), row.label
