"""What was known of a company on a date: for each quantity the newest value filed, and whether it had been another before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from workbench.domain.periods import same_start
from workbench.domain.statements import SourceFact


class KnownFact(NamedTuple):
    """The newest fact for one concept, unit and period, as known on a date.

    `first_filed_on` is when any value for it was first filed, `since_on` when this value was: later, after a restatement.
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


class FactTable:
    """Known facts by concept, unit and period."""

    def __init__(self, facts: Iterable[KnownFact]) -> None:
        self._by_key: dict[tuple[str, str, date], list[KnownFact]] = {}
        self._by_concept: dict[str, list[KnownFact]] = {}
        by_key, by_concept = self._by_key, self._by_concept
        for fact in facts:
            concept, unit, _, end, *_ = fact
            by_key.setdefault((concept, unit, end), []).append(fact)
            by_concept.setdefault(concept, []).append(fact)

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
        facts = self._by_key.get((concept, unit, end))
        if facts is None:
            return None
        near: KnownFact | None = None
        for fact in facts:
            begin = fact.period_start
            if begin == start:
                return fact
            if begin is not None and start is not None and same_start(begin, start) and (near is None or fact > near):
                near = fact
        return near


def agree(facts: Sequence[KnownFact]) -> bool:
    """Whether figures can be computed with each other: no one was restated after another was last filed.

    When the year was restated and the nine months were not filed again since, their difference is no quarter.
    """
    if len({fact.accession for fact in facts}) <= 1:
        return True
    oldest = min(fact.filed_on for fact in facts)
    return all(not fact.is_restated or fact.since_on <= oldest for fact in facts)
