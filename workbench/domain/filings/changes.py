"""Changes between two versions of a text, with citations into both."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from workbench.domain.filings.filing import Document, Section
from workbench.domain.identity import Accession, Cik, Company

_ANNUAL_REPORTS = ("10-K", "10-K405", "10-KSB", "10-KT")


def same_report(form: str) -> tuple[str, ...]:
    """The forms under which a company files the same report: annual reports have had several form types over the years."""
    return _ANNUAL_REPORTS if form in _ANNUAL_REPORTS else (form,)


class ChangeKind(StrEnum):
    """The kind of change of a paragraph. `numbers`: only figures and dates changed; `moved`: only its place changed."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    NUMBERS = "numbers"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph or table: its ordinal in the text, its span [start, end), and its text.

    In `text` each run of white space is one space, except for line feeds and tabs of a table. If a running header interrupts
    the paragraph, the span includes the header and the text does not.
    """

    ordinal: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class WordRun:
    """A run of words that is in both versions, only in the old one, or only in the new one."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One changed paragraph. `old` is None for an added one, `new` for a removed one.

    `words` holds the runs that turn the old wording into the new, in order: those that are not `added` make up the old,
    those that are not `removed` the new. A `same` run has the quotation marks and white space of the new. It is empty
    unless both wordings are there and differ. `is_moved` when the paragraph stands in another order as well.
    `moved_sentences` stood, or stand, in a paragraph of another change or in another item. `weight` is in bits;
    `workbench.analysis.filings.text_diff` defines it.
    """

    kind: ChangeKind
    old: Paragraph | None
    new: Paragraph | None
    words: tuple[WordRun, ...]
    weight: float
    is_moved: bool = False
    moved_sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextDiff:
    """All changes, most significant first, and the unchanged paragraphs as (old, new) ordinals in the order of the new text.

    Each paragraph of either text is in exactly one change or one pair; neighbours that the other text has in one paragraph are
    one. `changed_ratio` is the share (0 to 1) of the words
    of both texts that were added, removed or replaced.
    """

    changes: tuple[Change, ...]
    unchanged: tuple[tuple[int, int], ...]
    changed_ratio: float

    @property
    def counts(self) -> dict[ChangeKind, int]:
        """The number of changes of each kind, including kinds without any."""
        counter = Counter(change.kind for change in self.changes)
        return {kind: counter[kind] for kind in ChangeKind}


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """One item of one filing; `passages` are the spans of its passages in order, without running headers."""

    document: Document
    section: Section
    passages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ItemPair:
    """The same item in two filings of a company."""

    company: Company
    old: ItemVersion
    new: ItemVersion


@dataclass(frozen=True, slots=True)
class ReportPair:
    """Two filings of the same report, and the items that both have, in the order of the newer filing."""

    old: Document
    new: Document
    shared: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class ItemChanges:
    """The changes of an item from one filing to another; spans count in the extracted text of each document."""

    pair: ItemPair
    diff: TextDiff


@dataclass(frozen=True, slots=True)
class NotableChange:
    """One of the weightiest changes of an item: its kind, its weight in bits, and the words that were added or removed."""

    kind: ChangeKind
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """How an item changed from one report to the next: share of words that differ, number of changes, the weightiest first."""

    cik: Cik
    item: str
    form: str
    filed_on: date
    old: Accession
    new: Accession
    changed_ratio: float
    count: int
    notable: tuple[NotableChange, ...]
