"""A fact as known on a date: the newest filed value of a quantity, and whether it was restated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from workbench.domain.facts.periods import same_start
from workbench.domain.facts.source import SourceFact
from workbench.domain.facts.standards import are_of_one_standard


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


def known_fact(concept: str, unit: str, group: list[FiledVersion]) -> KnownFact:
    """The fact that these filed versions of one quantity make; concept and unit by their names."""
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


class Ending:
    """The filed versions of one concept in one unit that end on one day, and its known facts by their first day."""

    __slots__ = ("_known", "filed_until", "rows")

    def __init__(self, rows: list[FiledVersion]) -> None:
        self.rows = rows
        self._known: dict[date | None, KnownFact] | None = None
        # The day of the newest filing among the versions, once they are resolved.
        self.filed_until = date.min

    def known(self, concept: str, unit: str) -> dict[date | None, KnownFact]:
        """The facts, resolved at first use; concept and unit by their names."""
        if self._known is None:
            groups: defaultdict[date | None, list[FiledVersion]] = defaultdict(list)
            for row in self.rows:
                groups[row[START]].append(row)
            if len(groups) > 1 and _are_dated_apart(groups):
                groups = defaultdict(list, {start: of_start(self.rows, start) for start in groups})
            self.filed_until = max([row[FILED_ON] for row in self.rows])
            self._known = {start: known_fact(concept, unit, group) for start, group in groups.items()}
        return self._known


def _are_dated_apart(starts: Iterable[date | None]) -> bool:
    """Whether two of these first days mean the same period."""
    days = sorted(start for start in starts if start is not None)
    return any(same_start(one, other) for one, other in pairwise(days))


def of_start(rows: list[FiledVersion], start: date | None) -> list[FiledVersion]:
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
