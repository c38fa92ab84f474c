"""The facts of a company as known on a date: the newest filed value of each quantity, and whether it was restated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from operator import itemgetter
from types import MappingProxyType
from typing import Final, NamedTuple

from workbench.domain.facts.fiscal_years import YearLabels, YearOffset
from workbench.domain.facts.periods import Evidence, FiscalCalendar, same_start
from workbench.domain.facts.source import SourceFact
from workbench.domain.facts.standards import BALANCE_TOTALS, AccountingStandards, GivenFigure, are_of_one_standard, standard_of


class KnownFact(NamedTuple):
    """The newest value for one concept, unit and period as known on a date, with the filing that gave it first.

    `last_filed_on` is when a filing last gave it, `first_filed_on` when any value of the quantity was first filed, `since_on`
    when this value was first filed, within rounding: later than `first_filed_on` after a restatement.
    `is_annual` and `is_interim` say whether an annual or a quarterly report has carried it.
    """

    concept: str
    unit: str
    period_start: date | None
    period_end: date
    value: Decimal
    accession: str
    form: str
    filed_on: date
    last_filed_on: date
    first_filed_on: date
    since_on: date
    is_annual: bool
    is_interim: bool

    @property
    def is_restated(self) -> bool:
        """Whether an earlier filing gave another value."""
        return self.since_on > self.first_filed_on

    def source(self) -> SourceFact:
        """The fact as the proof of a figure."""
        return SourceFact._make(self[:8])


# A quantity: concept id, last and first day (None: an instant), unit id.
Quantity = tuple[int, date, date | None, int]
# One filed version of a quantity: then its value, accession, form, and filing date. It is the driver's row, with fields by
# position: a statement reads thousands of rows, and fields of a named tuple would be several times slower to read.
FiledVersion = tuple[int, date, date | None, int, Decimal, str, str, date]
CONCEPT: Final = 0
END: Final = 1
START: Final = 2
UNIT: Final = 3
VALUE: Final = 4
ACCESSION: Final = 5
FORM: Final = 6
FILED_ON: Final = 7
# Ordered by filing date, then by accession.
in_order = itemgetter(FILED_ON, ACCESSION)
_unit_and_end = itemgetter(UNIT, END)


def _known(concept: str, unit: str, group: list[FiledVersion]) -> KnownFact:
    if len(group) > 1:
        group.sort(key=in_order)
    credited, last = group[0], group[-1]
    first_filed_on = since_on = credited[FILED_ON]
    value = last[VALUE]
    kinds = 0
    is_one_value = True
    for version in group:
        kinds |= report_kind(version[FORM])
        is_one_value = is_one_value and version[VALUE] == value
    if not is_one_value:
        credited = next(version for version in group if version[VALUE] == value)
        since_on = next(version[FILED_ON] for version in group if _same(version[VALUE], value))
    return KnownFact(
        concept, unit, credited[START], last[END], value, credited[ACCESSION], credited[FORM], credited[FILED_ON],
        last[FILED_ON], first_filed_on, since_on, bool(kinds & ANNUAL), bool(kinds & INTERIM),
    )  # fmt: skip


# Kinds of report, as flags.
ANNUAL: Final = 1
INTERIM: Final = 2
# An annual report on less than a year, between an old and a new year end.
TRANSITION: Final = 4


@cache
def report_kind(form: str) -> int:
    """ANNUAL or INTERIM, amended or not, with TRANSITION for Form 10-KT; 0 for a form that is neither report."""
    if form.startswith(("10-K", "20-F", "40-F")):
        return ANNUAL | TRANSITION if form.startswith("10-KT") else ANNUAL
    # Form 10-S is the half-yearly report that the SEC has proposed in place of three quarterly ones.
    return INTERIM if form.startswith(("10-Q", "10-S", "6-K")) else 0


def _same(one: Decimal, other: Decimal) -> bool:
    """Whether two values differ by rounding only: McDonald's gave hundred thousands to 2022, and millions since."""
    for unit in (1_000_000, 100_000, 1_000):
        if one % unit == 0 or other % unit == 0:
            return abs(one - other) * 2 <= unit
    return one == other


class ReportingCurrency(NamedTuple):
    """The usual reporting currency of a company, and the currencies of periods reported only in another one."""

    usual: str
    other: Mapping[date, str]

    @classmethod
    def observed(cls, evidence: Iterable[Evidence]) -> ReportingCurrency:
        """The currency from the units of a company's anchors; USD without any.

        A convenience translation is reported beside the usual currency and changes nothing; after a change of currency (CRH's
        from EUR to USD in 2020) only the new one is reported.
        """
        by_end: defaultdict[date, Counter[str]] = defaultdict(Counter)
        for each in evidence:
            if len(each.unit) == 3 and each.unit.isupper():
                by_end[each.end][each.unit] += 1
        counts: Counter[str] = sum(by_end.values(), Counter())
        usual = max(counts, key=lambda unit: (counts[unit], unit)) if counts else "USD"
        other = {end: max(units, key=lambda unit: (units[unit], unit)) for end, units in by_end.items() if usual not in units}
        return cls(usual, MappingProxyType(other))

    def at(self, end: date) -> str:
        """The currency of a period that ends on this day."""
        return self.other.get(end, self.usual)


_UnitAndEnd = tuple[int | None, date]


class _Ending:
    """The filed versions of one concept in one unit that end on one day, and its known facts by their first day."""

    __slots__ = ("_known", "rows")

    def __init__(self, rows: list[FiledVersion]) -> None:
        self.rows = rows
        self._known: dict[date | None, KnownFact] | None = None

    def known(self, concept: str, unit: str) -> dict[date | None, KnownFact]:
        """The facts, resolved at first use; concept and unit by their names."""
        if self._known is None:
            groups: defaultdict[date | None, list[FiledVersion]] = defaultdict(list)
            for row in self.rows:
                groups[row[START]].append(row)
            if len(groups) > 1 and _are_dated_apart(groups):
                groups = defaultdict(list, {start: _of_start(self.rows, start) for start in groups})
            self._known = {start: _known(concept, unit, group) for start, group in groups.items()}
        return self._known


class FactTable:
    """The known fact of each quantity, from all filed versions of all facts in any order; see `KnownFact`.

    Ids are replaced by names. Of two filings of one day the later accession counts as newer. `extensions` are, by line, the
    concepts outside the concept map that filings prove to belong to it, `year_offsets` how the company names its fiscal
    years. A statement needs only a part of a company's facts, so each fact is resolved from its filed versions at first use.
    """

    def __init__(
        self,
        versions: Iterable[FiledVersion],
        concepts: Mapping[int, str],
        units: Mapping[int, str],
        extensions: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
        year_offsets: Iterable[YearOffset] = (),
    ) -> None:
        self.extensions = extensions
        self._year_labels = YearLabels(year_offsets)
        filed: defaultdict[int, list[FiledVersion]] = defaultdict(list)
        for version in versions:
            filed[version[CONCEPT]].append(version)
        self._filed = {concepts[number]: rows for number, rows in filed.items()}
        self._concepts = concepts
        self._units = units
        self._unit_ids = {unit: number for number, unit in units.items()}
        self._ends: dict[str, list[date]] = {}
        self._reporting: dict[frozenset[str], tuple[FiscalCalendar, ReportingCurrency]] = {}
        self._standards: dict[frozenset[str], AccountingStandards] = {}

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts with known facts."""
        return frozenset(self._filed)

    def __contains__(self, concept: str) -> bool:
        """Whether a concept has known facts."""
        return concept in self._filed

    def __iter__(self) -> Iterator[KnownFact]:
        """Every fact, in no order."""
        for concept in self._filed:
            yield from self.of(concept)

    def of(self, concept: str) -> Iterator[KnownFact]:
        """Every fact of one concept, in any unit and period, in no order."""
        for unit, end in {_unit_and_end(row) for row in self._filed.get(concept, ())}:
            yield from self._endings[unit, end][concept].known(concept, self._units[unit]).values()

    def find(self, concept: str, unit: str, start: date | None, end: date) -> KnownFact | None:
        """The fact for this period (`start` None: at this instant), or None.

        A first day that another filing dates a few days apart means the same period, so the newest of all their values counts.
        Where one filing gives both, its value for the exact date does.
        """
        return next(self.each((concept,), unit, start, end), None)

    def each(self, concepts: Iterable[str], unit: str, start: date | None, end: date) -> Iterator[KnownFact]:
        """What `find` gives for each of these concepts in turn, without those that have no fact for the period."""
        ending_then = self._endings.get((self._unit_ids.get(unit), end))
        if ending_then is None:
            return
        for concept in concepts:
            ending = ending_then.get(concept)
            if ending is None:
                continue
            known = ending.known(concept, unit)
            fact = known.get(start)
            if fact is None and start is not None:
                near = [each for first, each in known.items() if first is not None and same_start(first, start)]
                fact = max(near, key=_newer, default=None)
            if fact is not None:
                yield fact

    def given_from(self, fact: KnownFact, day: date) -> date:
        """The first day, from this one on, on which a filing gave the fact's quantity; the last on which any did, if none."""
        days = [row[FILED_ON] for row in self._of_quantity(fact) if row[FILED_ON] >= day]
        return min(days, default=fact.last_filed_on)

    def before(self, fact: KnownFact) -> KnownFact | None:
        """The known fact of the same quantity before this value was filed; None if it was never restated."""
        group = [row for row in self._of_quantity(fact) if row[FILED_ON] < fact.since_on]
        return _known(fact.concept, fact.unit, group) if group else None

    def _of_quantity(self, fact: KnownFact) -> list[FiledVersion]:
        key = self._unit_ids.get(fact.unit), fact.period_end
        return _of_start([row for row in self._filed.get(fact.concept, ()) if _unit_and_end(row) == key], fact.period_start)

    def filed_by(self, accession: str, concept: str, unit: str) -> Mapping[tuple[date | None, date], Decimal]:
        """What one filing gave for a concept, by first and last day, whether or not another filing has changed it since."""
        rows = (row for row in self._filed.get(concept, ()) if row[ACCESSION] == accession and self._units[row[UNIT]] == unit)
        return {(row[START], row[END]): row[VALUE] for row in rows}

    def values_of(self, fact: KnownFact | None) -> Iterator[KnownFact]:
        """The fact and its values before each restatement, newest first."""
        while fact is not None:
            yield fact
            fact = self.before(fact) if fact.is_restated else None

    def filed_in(self, concept: str, accession: str) -> list[KnownFact]:
        """The facts of a concept whose value this filing was the first to give."""
        rows = self._filed.get(concept, ())
        ends = {_unit_and_end(row) for row in rows if row[ACCESSION] == accession}
        endings = (self._endings[unit, end][concept].known(concept, self._units[unit]) for unit, end in ends)
        return [fact for known in endings for fact in known.values() if fact.accession == accession]

    def ends(self, concept: str) -> Sequence[date]:
        """The last day of each fact of a concept, ascending; one entry per fact."""
        ends = self._ends.get(concept)
        if ends is None:
            quantities = {row[:VALUE] for row in self._filed.get(concept, ())}
            ends = self._ends[concept] = sorted(row[END] for row in quantities)
        return ends

    def evidence(self, concept: str) -> Iterator[Evidence]:
        """The period and unit of each fact of a concept, with the kinds of report that carry it."""
        kinds: dict[Quantity, int] = {}
        for row in self._filed.get(concept, ()):
            quantity = row[:VALUE]
            kinds[quantity] = kinds.get(quantity, 0) | report_kind(row[FORM])
        for (_, end, start, unit), kind in kinds.items():
            yield Evidence(start, end, bool(kind & ANNUAL), bool(kind & INTERIM), self._units[unit], bool(kind & TRANSITION))

    def reporting(self, anchors: frozenset[str]) -> tuple[FiscalCalendar, ReportingCurrency]:
        """The fiscal calendar and the reporting currency of the company, from these concepts.

        Every statement needs them, so they are cached.
        """
        result = self._reporting.get(anchors)
        if result is None:
            evidence = [each for anchor in anchors for each in self.evidence(anchor)]
            result = self._reporting[anchors] = (
                FiscalCalendar.observed(evidence, self._year_labels),
                ReportingCurrency.observed(evidence),
            )
        return result

    def standards(self, anchors: frozenset[str]) -> AccountingStandards:
        """The accounting standard of each period, from these concepts and the total of assets."""
        result = self._standards.get(anchors)
        if result is None:
            evidence = [concept for concept in (*anchors, *BALANCE_TOTALS) if concept in self._filed]
            is_mixed = len({standard_of(concept) for concept in evidence}) > 1  # of few companies
            result = self._standards[anchors] = AccountingStandards(
                GivenFigure(concept, row[START], row[END], row[FILED_ON])
                for concept in (evidence if is_mixed else ())
                for row in self._filed[concept]
            )
        return result

    def filings(self, concepts: Iterable[str]) -> Iterator[FiledVersion]:
        """All filings of all facts of these concepts, as they came."""
        for concept in concepts:
            yield from self._filed.get(concept, ())

    def until(self, day: date, concepts: Iterable[str], *, ending_from: date = date.min) -> FactTable:
        """The facts of these concepts alone, of periods that end on `ending_from` or later, as known at the end of a day."""
        earlier = FactTable((), {}, self._units)
        filed = (
            (name, [row for row in self._filed.get(name, ()) if row[FILED_ON] <= day and row[END] >= ending_from])
            for name in concepts
        )
        earlier._filed = {name: rows for name, rows in filed if rows}
        return earlier

    def with_later(self, versions: Iterable[FiledVersion], year_offsets: Iterable[YearOffset] = ()) -> FactTable:
        """The table of these facts and further filed versions; the offsets are all that are known by then.

        Only the facts with a new version of their concept, unit and last day are resolved again.
        """
        filed: defaultdict[str, list[FiledVersion]] = defaultdict(list)
        for version in versions:
            filed[self._concepts[version[CONCEPT]]].append(version)
        touched = {_unit_and_end(row) for rows in filed.values() for row in rows}
        later = FactTable((), self._concepts, self._units, self.extensions, year_offsets)
        later._filed = self._filed | {name: self._filed.get(name, []) + rows for name, rows in filed.items()}
        later._endings = self._endings | {key: there.copy() for key, there in self._endings.items() if key in touched}
        for name, rows in filed.items():
            for row in rows:
                there = later._endings.setdefault(_unit_and_end(row), {})
                there[name] = _Ending([*there[name].rows, row] if name in there else [row])
        later._ends = {name: ends for name, ends in self._ends.items() if name not in filed}
        return later

    @cached_property
    def _endings(self) -> dict[_UnitAndEnd, dict[str, _Ending]]:
        """By unit and last day, what each concept has there."""
        endings: defaultdict[_UnitAndEnd, dict[str, _Ending]] = defaultdict(dict)
        for concept, rows in self._filed.items():
            for row in rows:
                there = endings[_unit_and_end(row)]
                if concept in there:
                    there[concept].rows.append(row)
                else:
                    there[concept] = _Ending([row])
        return {**endings}


def _are_dated_apart(starts: Iterable[date | None]) -> bool:
    """Whether two of these first days mean the same period."""
    days = sorted(start for start in starts if start is not None)
    return any(same_start(one, other) for one, other in pairwise(days))


def _of_start(rows: list[FiledVersion], start: date | None) -> list[FiledVersion]:
    """The filed versions, of those with one last day, of the period that begins on or about a day.

    Coca-Cola's second quarter of 2011 begins on 2 April in the report of that year and on 3 April in the one that restates it.
    """
    if start is None:
        return [row for row in rows if row[START] is None]
    exact = {row[ACCESSION] for row in rows if row[START] == start}
    return [
        row
        for row in rows
        if row[START] == start or (row[START] and same_start(row[START], start) and row[ACCESSION] not in exact)
    ]


def _newer(fact: KnownFact) -> tuple[date, str]:
    return fact.last_filed_on, fact.accession


def agree(facts: Sequence[KnownFact]) -> bool:
    """Whether facts can be computed with each other: none was restated after another was last filed, and all are of one
    accounting standard.

    If the year was restated and the nine months were not filed again since, their difference is not a quarter.
    """
    if not are_of_one_standard([fact.concept for fact in facts]):
        return False
    restated = [fact.since_on for fact in facts if fact.since_on > fact.first_filed_on]
    if not restated or len({fact.accession for fact in facts}) <= 1:
        return True
    return max(restated) <= min(fact.last_filed_on for fact in facts)
