"""Notes on figures and passages, and filings that the caller has reviewed."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

import anyio
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.deps import Companies, Limit, NamedCompanies, Offset, QueryCompany, Question, TheCaller, TheWorkbench
from api.idempotency import MAKES_ONCE
from api.notes.requests import NoteIn
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.engine import Connection
from db.filings import user_notes
from workbench.analysis.filings.note_json import (
    FilingReviewAnswer,
    FilingReviewsAnswer,
    NoteAnswer,
    NotePage,
    note_answer,
    note_page,
    review_answer,
    reviews_answer,
)
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Accession
from workbench.domain.measures.user_notes import Note, parse_figure, parse_tags
from workbench.domain.rights.ownership import Caller, parse_roles
from workbench.ingest.filings.user_notes import note_passage
from workbench.runtime import Workbench

router = APIRouter(prefix="/notes", tags=["notes"], route_class=TableRoute)
reviews_router = APIRouter(prefix="/reviews", tags=["notes"], route_class=TableRoute)

_T = TypeVar("_T")

NoteNumber = Annotated[int, Path(description="The number of the note.", ge=1, lt=2**31, examples=[1])]
AccessionNumber = Annotated[str, Path(description="An accession number.", examples=["0000320193-24-000123"])]


@router.get("", summary="Notes", response_model=NotePage, responses=problems(400, 401, 404, 422))
async def list_notes(
    *,
    request: Request,
    ask: Question,
    company: QueryCompany,
    caller: TheCaller,
    figure: Annotated[
        str | None, Query(description="Only notes on this figure.", max_length=100, examples=["revenue@2024-09-28"])
    ] = None,
    document: Annotated[int | None, Query(description="Only notes on this document, by its number.", ge=1, lt=2**63)] = None,
    tag: Annotated[str | None, Query(description="Only notes with this tag.", max_length=100)] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The caller's notes and shared ones, newest first. With `ticker`, those on figures of that company."""
    rows = await ask(
        user_notes.list_notes, caller, cik=company.cik if company else None, figure=figure, document_id=document,
        tag=tag.strip().lower() if tag else None, limit=limit + 1, offset=offset,
    )  # fmt: skip
    return json_response(request, note_page(*cut(rows, limit, offset)))


@router.post(
    "",
    summary="Write a note",
    dependencies=[MAKES_ONCE],
    status_code=HTTPStatus.CREATED,
    response_model=NoteAnswer,
    responses=problems(400, 401, 403, 404, 422),
)
async def add_note(
    request: Request, workbench: TheWorkbench, caller: TheCaller, companies: NamedCompanies, note: NoteIn
) -> Response:
    """Writes a note on a figure (`ticker`, `period`, `figure`) or on a passage (`document`, `start`, `end`)."""
    write = await _writer(workbench, caller, companies, note)
    response = json_response(request, note_answer(await _written(workbench, write)))
    response.status_code = HTTPStatus.CREATED
    return response


@router.delete("/{note}", summary="Delete a note", response_model=NoteAnswer, responses=problems(401, 403, 404, 422))
async def delete_note(request: Request, workbench: TheWorkbench, caller: TheCaller, note: NoteNumber) -> Response:
    """Deletes a note of the caller's and returns it."""
    return json_response(
        request, note_answer(await _written(workbench, lambda each: user_notes.delete_note(each, caller, note)))
    )


@reviews_router.get("", summary="Reviewed filings", response_model=FilingReviewsAnswer, responses=problems(400, 401, 404, 422))
async def list_reviews(
    request: Request,
    ask: Question,
    companies: NamedCompanies,
    caller: TheCaller,
    ticker: Annotated[str, Query(description="The company, by ticker or CIK.", examples=["AAPL"])],
) -> Response:
    """The filings of a company that the caller has marked as reviewed, the newest filing first."""
    company = await companies.one(ticker)
    return json_response(request, reviews_answer(await ask(user_notes.list_reviews, caller, company.cik)))


@reviews_router.put(
    "/{accession}",
    summary="Mark a filing as reviewed",
    response_model=FilingReviewAnswer,
    responses=problems(400, 401, 403, 404),
)
async def mark_reviewed(request: Request, workbench: TheWorkbench, caller: TheCaller, accession: AccessionNumber) -> Response:
    """Marks the filing as reviewed by the caller, today."""
    filing = Accession.parse(accession)
    review = await _written(workbench, lambda connection: user_notes.mark_reviewed(connection, caller, filing))
    return json_response(request, review_answer(review))


@reviews_router.delete(
    "/{accession}",
    summary="Mark a filing as not reviewed",
    response_model=FilingReviewAnswer,
    responses=problems(400, 401, 403, 404),
)
async def remove_review(request: Request, workbench: TheWorkbench, caller: TheCaller, accession: AccessionNumber) -> Response:
    """Takes back that the caller has reviewed the filing; returns the review that there was."""
    filing = Accession.parse(accession)
    review = await _written(workbench, lambda connection: user_notes.remove_review(connection, caller, filing))
    return json_response(request, review_answer(review))


async def _writer(workbench: Workbench, caller: Caller, companies: Companies, note: NoteIn) -> Callable[[Connection], Note]:
    tags, roles = parse_tags(note.tags), parse_roles(filter(None, map(str.strip, note.shared_with.split(","))))
    is_figure, is_passage = note.figure is not None, note.document is not None
    if is_figure and not is_passage and note.ticker is not None:
        company = await companies.one(note.ticker)
        figure = parse_figure(company.cik, note.period, note.figure or "")
        return lambda connection: user_notes.add_note(connection, caller, figure, note.text, tags, shared_with=roles)
    if is_passage and not is_figure and note.start is not None and note.end is not None:
        passage = (note.document or 0, note.start, note.end)
        return lambda connection: note_passage(
            connection, workbench.objects, caller, passage, note.text, tags=tags, shared_with=roles
        )
    raise InvalidRequest("a note is on a figure (ticker and figure) or on a passage (document, start and end)")


async def _written(workbench: Workbench, change: Callable[[Connection], _T]) -> _T:
    def work() -> _T:
        with workbench.database.write() as connection:
            return change(connection)

    return await anyio.to_thread.run_sync(work)
