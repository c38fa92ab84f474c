"""What was known of a company on a date: for each quantity the newest value filed, and whether it had been another before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from workbench.domain.periods import same_start
from workbench.domain.statements import SourceFact


class KnownFact(NamedTuple):
    """The newest value for one concept, unit and period as known on a date, with the filing that gave it first.

    `last_filed_on` is when a filing last gave it, `first_filed_on` when any value for it was first filed, `since_on` when
    this value was, give or take rounding: later than the first after a restatement.
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
        return SourceFact(
            self.concept,
            self.unit,
            self.period_start,
            self.period_end,
            self.value,
            self.accession,
            self.form,
            self.filed_on,
        )


# What was filed: concept id, last and first day, unit id, value, accession, form, day of filing.
Vintage = tuple[Any, ...]
_VALUE, _ACCESSION, _FORM, _FILED_ON = 4, 5, 6, 7
_in_order = itemgetter(_FILED_ON, _ACCESSION)


def newest(vintages: Iterable[Vintage], concepts: Mapping[int, str], units: Mapping[int, str]) -> list[KnownFact]:
    """Of all filings of all facts, in any order, what is known of each quantity (see `KnownFact`).

    Ids are given their names; a vintage is (concept id, period end, period start, unit id, value, accession, form, filed on).
    Of two filings of one day the later accession counts as the newer.
    """
    groups: dict[Vintage, list[Vintage]] = {}
    for vintage in vintages:
        key = vintage[:_VALUE]
        group = groups.get(key)
        if group is None:
            groups[key] = [vintage]
        else:
            group.append(vintage)
    return [_known(concepts[key[0]], units[key[3]], group) for key, group in groups.items()]


def _known(concept: str, unit: str, group: list[Vintage]) -> KnownFact:
    if len(group) > 1:
        group.sort(key=_in_order)
    credited, last = group[0], group[-1]
    first_filed_on = since_on = credited[_FILED_ON]
    value = last[_VALUE]
    kinds = 0
    is_one_value = True
    for vintage in group:
        kinds |= _kind(vintage[_FORM])
        is_one_value = is_one_value and vintage[_VALUE] == value
    if not is_one_value:
        credited = next(vintage for vintage in group if vintage[_VALUE] == value)
        since_on = next(vintage[_FILED_ON] for vintage in group if _same(vintage[_VALUE], value))
    return KnownFact(
        concept, unit, last[2], last[1], value, credited[_ACCESSION], credited[_FORM], credited[_FILED_ON],
        last[_FILED_ON], first_filed_on, since_on, bool(kinds & _ANNUAL), bool(kinds & _INTERIM),
    )  # fmt: skip


_ANNUAL, _INTERIM = 1, 2


@cache
def _kind(form: str) -> int:
    if form.startswith(("10-K", "20-F", "40-F")):
        return _ANNUAL
    return _INTERIM if form.startswith(("10-Q", "6-K")) else 0


def _same(one: Decimal, other: Decimal) -> bool:
    """Whether two values differ by rounding only: McDonald's gave hundred thousands to 2022, and millions since."""
    for unit in (1_000_000, 100_000, 1_000):
        if one % unit == 0 or other % unit == 0:
            return abs(one - other) * 2 <= unit
    return one == other


class FactTable:
    """Known facts by concept, unit and period."""

    def __init__(self, facts: Iterable[KnownFact]) -> None:
        facts = list(facts)
        # The first four fields are concept, unit, start and end.
        self._exact: dict[tuple[Any, ...], KnownFact] = {fact[:4]: fact for fact in facts}
        self._by_concept: defaultdict[str, list[KnownFact]] = defaultdict(list)
        for fact in facts:
            self._by_concept[fact[0]].append(fact)
        self._by_end: dict[str, dict[tuple[str, date], list[KnownFact]]] = {}

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts that anything is known of."""
        return frozenset(self._by_concept)

    def of(self, concept: str) -> Sequence[KnownFact]:
        """Everything known of one concept, in any unit and period."""
        return self._by_concept.get(concept, ())

    def find(self, concept: str, unit: str, start: date | None, end: date) -> KnownFact | None:
        """The fact for this period (`start` None: at this instant), or None.

        A first day that another filing dates a few days apart means the same period; the exact one goes before.
        """
        if concept not in self._by_concept:
            return None
        fact = self._exact.get((concept, unit, start, end))
        if fact is not None or start is None:
            return fact
        near = (other for other in self._ending(concept, unit, end) if _begins_near(other, start))
        return max(near, key=lambda other: (other.last_filed_on, other.accession), default=None)

    def _ending(self, concept: str, unit: str, end: date) -> Sequence[KnownFact]:
        by_end = self._by_end.get(concept)
        if by_end is None:
            by_end = self._by_end[concept] = {}
            for fact in self._by_concept[concept]:
                by_end.setdefault((fact.unit, fact.period_end), []).append(fact)
        return by_end.get((unit, end), ())


def _begins_near(fact: KnownFact, start: date) -> bool:
    return fact.period_start is not None and same_start(fact.period_start, start)


def agree(facts: Sequence[KnownFact]) -> bool:
    """Whether figures can be computed with each other: no one was restated after another was last filed.

    When the year was restated and the nine months were not filed again since, their difference is no quarter.
    """
    if len({fact.accession for fact in facts}) <= 1:
        return True
    oldest = min(fact.last_filed_on for fact in facts)
    return all(not fact.is_restated or fact.since_on <= oldest for fact in facts)
