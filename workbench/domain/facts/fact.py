"""XBRL facts as filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from workbench.domain.identity import Accession, Cik


@dataclass(frozen=True, slots=True)
class Concept:
    """An element of a taxonomy: `us-gaap:Assets`."""

    taxonomy: str
    tag: str

    def __str__(self) -> str:
        return f"{self.taxonomy}:{self.tag}"


class Fact(NamedTuple):
    """One value as one filing reported it. An instant has no `period_start`. Restatements are further facts.

    A tuple, because a company has tens of thousands of facts, and a frozen data class takes four times as long to make.

    `unit` is the SEC's spelling (`USD`, `shares`, `USD/shares`). `dimensions` maps axis to member, both as qualified names;
    empty for the company as a whole.
    """

    cik: Cik
    concept: Concept
    unit: str
    period_start: date | None
    period_end: date
    value: Decimal
    accession: Accession
    form: str
    filed_on: date
    dimensions: tuple[tuple[str, str], ...] = ()
