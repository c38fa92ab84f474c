"""What changed in an item, as JSON."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from workbench.domain.filings.changes import ChangeKind


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VersionOut(_Schema):
    """The item in one of the two filings: its span [start, end) in the extracted text of the filing's document."""

    accession: str
    document: str
    form: str | None
    filed_on: date | None
    part: str | None
    item: str
    title: str
    start: int
    end: int
    status: str


class ParagraphOut(_Schema):
    """One wording: what it says, and its span in the extracted text of that filing's document."""

    start: int
    end: int
    text: str


class WordRunOut(_Schema):
    """Words of both wordings, of the old one alone, or of the new one alone."""

    kind: Literal["same", "removed", "added"]
    text: str


class ChangeOut(_Schema):
    """One changed paragraph; `words`, in order, lead from the old wording to the new. `weight` is in bits of information."""

    kind: ChangeKind
    weight: float
    is_moved: bool
    old: ParagraphOut | None
    new: ParagraphOut | None
    words: list[WordRunOut]


class ChangesOut(_Schema):
    """What changed in an item from one filing to the other, the weightiest first; `counts` are of all changes, by kind."""

    company: str
    cik: int
    company_name: str
    from_: VersionOut
    to: VersionOut
    counts: dict[str, int]
    unchanged: int
    changed_ratio: float
    changes: list[ChangeOut]
    model_config = ConfigDict(extra="forbid", alias_generator=lambda name: name.rstrip("_"))
