"""The facts of a company as known on a date: the newest filed value of each quantity, and whether it was restated."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from workbench.domain.facts.fiscal_years import YearLabels, YearOffset
from workbench.domain.facts.known_fact import (
    ACCESSION,
    ANNUAL,
    CONCEPT,
    END,
    FILED_ON,
    FORM,
    INTERIM,
    START,
    TRANSITION,
    UNIT,
    VALUE,
    Ending,
    FiledVersion,
    KnownFact,
    Quantity,
    known_fact,
    of_start,
    report_kind,
)
from workbench.domain.facts.periods import Evidence, FiscalCalendar, same_start
from workbench.domain.facts.standards import BALANCE_TOTALS, AccountingStandards, GivenFigure, standard_of

_unit_and_end = itemgetter(UNIT, END)


def is_currency(unit: str) -> bool:
    """Whether a unit is a currency by its ISO 4217 code."""
    return len(unit) == 3 and unit.isupper()


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
            if is_currency(each.unit):
                by_end[each.end][each.unit] += 1
        counts: Counter[str] = sum(by_end.values(), Counter())
        usual = max(counts, key=lambda unit: (counts[unit], unit)) if counts else "USD"
        other = {end: max(units, key=lambda unit: (units[unit], unit)) for end, units in by_end.items() if usual not in units}
        return cls(usual, MappingProxyType(other))

    def at(self, end: date) -> str:
        """The currency of a period that ends on this day."""
        return self.other.get(end, self.usual)


_UnitAndEnd = tuple[int | None, date]


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
        self._ends: dict[str, list[tuple[date, date]]] = {}
        self._reporting: dict[frozenset[str], tuple[FiscalCalendar, ReportingCurrency]] = {}
        self._standards: dict[frozenset[str], AccountingStandards] = {}
        self._filing_dates: dict[frozenset[str], Sequence[date]] = {}
        self._calendars: dict[tuple[date, frozenset[str]], FiscalCalendar] = {}
        # The newest day on which any of the facts that were read was filed. What was computed from the table until now is the
        # same from a table of what was filed until that day: facts that are not there now were not there then.
        self.read_until = date.min

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
            yield from self._read(concept, unit, end)

    def near(self, concept: str, unit: str, day: date, reach: timedelta) -> Iterator[KnownFact]:
        """Every fact of one concept in a unit whose period ends within so many days of a day, in no order."""
        number, ends = self._unit_ids.get(unit), self._sorted_ends(concept)
        near = {end for end, _ in _between(ends, day - reach, day + reach)}
        for end in near:
            if number is not None and concept in self._endings.get((number, end), ()):
                yield from self._read(concept, number, end)

    def on(self, concept: str, end: date) -> Iterator[KnownFact]:
        """Every fact of one concept whose period ends on a day, in any unit, in no order."""
        for unit in self._units_used:
            if concept in self._endings.get((unit, end), ()):
                yield from self._read(concept, unit, end)

    def _read(self, concept: str, unit: int, end: date) -> Iterable[KnownFact]:
        ending = self._endings[unit, end][concept]
        known = ending.known(concept, self._units[unit])
        self.read_until = max(self.read_until, ending.filed_until)
        return known.values()

    def filing_days(self, concepts: Iterable[str], end: date) -> set[date]:
        """The days on which filings gave a figure of these concepts for a period that ends on a day, in any unit."""
        rows = (
            row
            for concept in concepts
            for unit in self._units_used
            if (ending := self._endings.get((unit, end), {}).get(concept)) is not None
            for row in ending.rows
        )
        days = {row[FILED_ON] for row in rows}
        self.read_until = max([self.read_until, *days])
        return days

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
            if ending.filed_until > self.read_until:  # noqa: PLR1730 - the call would cost as much as the look-up
                self.read_until = ending.filed_until
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
        return known_fact(fact.concept, fact.unit, group) if group else None

    def _of_quantity(self, fact: KnownFact) -> list[FiledVersion]:
        key = self._unit_ids.get(fact.unit), fact.period_end
        return of_start([row for row in self._filed.get(fact.concept, ()) if _unit_and_end(row) == key], fact.period_start)

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
        return [fact for unit, end in ends for fact in self._read(concept, unit, end) if fact.accession == accession]

    def count_near(self, concept: str, day: date, reach: timedelta) -> int:
        """How many facts of a concept have a period that ends within so many days of a day."""
        near = _between(self._sorted_ends(concept), day - reach, day + reach)
        self.read_until = max([self.read_until, *(first_filed_on for _, first_filed_on in near)])
        return len(near)

    def _sorted_ends(self, concept: str) -> Sequence[tuple[date, date]]:
        """The last day of each fact of a concept, ascending, with the day on which it was first filed."""
        ends = self._ends.get(concept)
        if ends is None:
            first: dict[Quantity, date] = {}
            for row in self._filed.get(concept, ()):
                quantity, filed_on = row[:VALUE], row[FILED_ON]
                first[quantity] = min(filed_on, first.get(quantity, filed_on))
            ends = self._ends[concept] = sorted((quantity[END], filed_on) for quantity, filed_on in first.items())
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

    def filing_dates(self, concepts: frozenset[str]) -> Sequence[date]:
        """The days on which filings gave facts of these concepts, ascending; cached."""
        if concepts not in self._filing_dates:
            self._filing_dates[concepts] = sorted({row[FILED_ON] for row in self.filings(concepts)})
        return self._filing_dates[concepts]

    def calendar_on(self, day: date, anchors: frozenset[str]) -> FiscalCalendar:
        """The company's fiscal calendar as known at the end of a day, from these concepts; cached."""
        key = day, anchors
        if key not in self._calendars:
            self._calendars[key] = self.until(day, anchors).reporting(anchors)[0]
        return self._calendars[key]

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
                there[name] = Ending([*there[name].rows, row] if name in there else [row])
        later._ends = {name: ends for name, ends in self._ends.items() if name not in filed}
        return later

    @cached_property
    def _units_used(self) -> Sequence[int]:
        return sorted({unit for unit, _ in self._endings if unit is not None})

    @cached_property
    def _endings(self) -> dict[_UnitAndEnd, dict[str, Ending]]:
        """By unit and last day, what each concept has there."""
        endings: defaultdict[_UnitAndEnd, dict[str, Ending]] = defaultdict(dict)
        for concept, rows in self._filed.items():
            for row in rows:
                there = endings[_unit_and_end(row)]
                if concept in there:
                    there[concept].rows.append(row)
                else:
                    there[concept] = Ending([row])
        return {**endings}


def _between(ends: Sequence[tuple[date, date]], first: date, last: date) -> Sequence[tuple[date, date]]:
    """The entries, ascending by their first day, of the days from one to another."""
    return ends[bisect_left(ends, first, key=itemgetter(0)) : bisect_right(ends, last, key=itemgetter(0))]


def _newer(fact: KnownFact) -> tuple[date, str]:
    return fact.last_filed_on, fact.accession
