"""What filings changed, what matters most first: one entry for each concept that a filing changed, over all its periods."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from workbench.domain.facts.restatements import Change, Restatement
from workbench.domain.identity import Company

# Restatements and errors come before the same figure in another form.
_MATERIALITY = (
    Change.RESTATEMENT, Change.RECLASSIFICATION, Change.SCALE_ERROR, Change.SIGN, Change.RETAG, Change.SPLIT, Change.ROUNDING,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RestatedConcept:
    """A concept whose values one filing changed, with each changed period, the newest first.

    The kind is that of the period whose change matters most: a filing that restates a year and rounds a quarter restates.
    """

    kind: Change
    changes: tuple[Restatement, ...]

    @property
    def foremost(self) -> Restatement:
        """The newest change of the entry's kind."""
        return next(one for one in self.changes if one.kind is self.kind)

    @property
    def label(self) -> str:
        """The concept's label, or its tag."""
        return self.changes[0].label

    @property
    def lines(self) -> tuple[str, ...]:
        """The statement lines that the concept can belong to; empty for a figure of a note."""
        return self.changes[0].lines

    @property
    def kinds(self) -> frozenset[Change]:
        """The kinds of all its changes."""
        return frozenset(one.kind for one in self.changes)


@dataclass(frozen=True, slots=True)
class RestatementList:
    """What a company's filings changed, as known on `as_of`: what matters most first, then the newest filing.

    `counts` are the entries of each kind before any limit. `filings_from` is the day of the first filing whose figures are
    loaded, None without any: before it nothing is known, which is not the same as nothing restated.
    """

    company: Company
    as_of: date | None
    filings_from: date | None
    counts: Mapping[Change, int]
    restated: tuple[RestatedConcept, ...]

    @property
    def is_known(self) -> bool:
        """Whether there are filings to compare."""
        return self.filings_from is not None and (self.as_of is None or self.as_of >= self.filings_from)

    @property
    def changes(self) -> tuple[Restatement, ...]:
        """Every changed period, in the order of the entries."""
        return tuple(change for entry in self.restated for change in entry.changes)


def merge(changes: Iterable[Restatement], lines: Sequence[str] = ()) -> list[RestatedConcept]:
    """One entry for each concept and unit that a filing changed.

    By kind, what matters most first; then statement lines before notes, the newest filing first, by line in the order
    of `lines`, and by concept.
    """
    places = {line: place for place, line in enumerate(lines)}
    groups: defaultdict[tuple[str, str, str], list[Restatement]] = defaultdict(list)
    for change in changes:
        groups[change.after.accession, change.after.concept, change.after.unit].append(change)
    return sorted((_merged(group) for group in groups.values()), key=partial(_order, places))


def _merged(group: list[Restatement]) -> RestatedConcept:
    group.sort(key=_newest_period)
    return RestatedConcept(min((one.kind for one in group), key=_MATERIALITY.index), tuple(group))


def _newest_period(change: Restatement) -> tuple[int, int]:
    start = change.after.period_start
    return -change.after.period_end.toordinal(), start.toordinal() if start else 0


def _order(places: Mapping[str, int], entry: RestatedConcept) -> tuple[int, bool, int, str, int, str, str]:
    after = entry.changes[0].after
    newest = _MATERIALITY.index(entry.kind), not entry.lines, -after.filed_on.toordinal(), after.accession
    place = min((places.get(line, len(places)) for line in entry.lines), default=0)
    return *newest, place, after.concept, after.unit


def counted(entries: Iterable[RestatedConcept]) -> dict[Change, int]:
    """The number of entries of each kind, what matters most first, without kinds that do not occur."""
    counts = Counter(entry.kind for entry in entries)
    return {kind: counts[kind] for kind in _MATERIALITY if counts[kind]}
