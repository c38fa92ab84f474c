"""Passages of text that can be cited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbench.domain.identity import Accession, Cik


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """A stretch [start, end) of a document's extracted text, inside one section; `ordinal` counts within the document."""

    ordinal: int
    start: int
    end: int
    part: str | None
    item: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: a citation with its span and why it was found.

    `start` and `end` count characters in the extracted text of `document`. `accession` is None for documents that are
    not filings. `score` is the fused score; `text_rank` and `vector_rank` are its places (1 = best) in each half, None
    where the half did not find it.
    """

    passage_id: int
    document_id: int
    cik: Cik | None
    company: str | None
    accession: Accession | None
    document: str
    title: str | None
    form: str | None
    filed_on: date | None
    part: str | None
    item: str | None
    page: int | None
    start: int
    end: int
    text: str
    score: float
    text_rank: int | None
    vector_rank: int | None
