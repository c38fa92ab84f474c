"""Notes and reviews as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, IsoTime, Page, PageFields, Schema, utc_text
from workbench.domain.measures.user_notes import FilingReview, Note, NotedFigure, NotedPassage


class FigureOfNote(TypedDict, closed=True):
    """The figure that a note is about: a line or ratio and the end of its period."""

    cik: int
    period: str
    figure: Annotated[str, Schema(description="For example `revenue@2024-09-28`.")]


class PassageOfNote(TypedDict, closed=True):
    """The passage that a note is about: the span [start, end) of a document's text, and its words."""

    document: Annotated[int, Schema(description="The document's number.")]
    start: int
    end: int
    quote: str


class NoteAnswer(TypedDict, closed=True):
    """A note of the caller, or shared with the caller's role; either `figure` or `passage` is null."""

    note: int
    owner: str
    text: str
    tags: list[str]
    figure: FigureOfNote | None
    passage: PassageOfNote | None
    created_at: IsoTime
    shared_with: Annotated[list[str], Schema(description="The roles that may read it, besides its owner.")]


class NotePage(PageFields, closed=True):
    """Notes, newest first."""

    notes: list[NoteAnswer]


class FilingReviewAnswer(TypedDict, closed=True):
    """A filing that the caller has marked as reviewed."""

    accession: str
    cik: int
    form: str
    filed_on: IsoDate
    reviewed_at: IsoTime


class FilingReviewsAnswer(TypedDict, closed=True):
    """The filings of a company that the caller has marked as reviewed, the newest filing first."""

    reviews: list[FilingReviewAnswer]


def note_answer(note: Note) -> NoteAnswer:
    """One note."""
    about = note.about
    return {
        "note": note.note_id,
        "owner": note.owner,
        "text": note.text,
        "tags": list(note.tags),
        "figure": _figure(about) if isinstance(about, NotedFigure) else None,
        "passage": _passage(about) if isinstance(about, NotedPassage) else None,
        "created_at": utc_text(note.created_at),
        "shared_with": [role.value for role in note.shared_with],
    }


def note_page(notes: Iterable[Note], page: Page) -> NotePage:
    """Part of the notes, in the order given."""
    return {"notes": [note_answer(note) for note in notes], **page}


def review_answer(review: FilingReview) -> FilingReviewAnswer:
    """One review."""
    return {
        "accession": review.accession.text,
        "cik": review.cik.number,
        "form": review.form,
        "filed_on": review.filed_on.isoformat(),
        "reviewed_at": utc_text(review.reviewed_at),
    }


def reviews_answer(reviews: Iterable[FilingReview]) -> FilingReviewsAnswer:
    """Reviews, in the order given."""
    return {"reviews": [review_answer(review) for review in reviews]}


def _figure(about: NotedFigure) -> FigureOfNote:
    return {"cik": about.cik.number, "period": about.period.value, "figure": about.name}


def _passage(about: NotedPassage) -> PassageOfNote:
    return {"document": about.document_id, "start": about.start, "end": about.end, "quote": about.quote}
