"""Documents that users add, in addition to filings."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, File, Form, Path, Query, Request, UploadFile
from starlette.responses import Response

from api.deps import Limit, Offset, QueryCompany, Question, TheCaller, TheWorkbench
from api.idempotency import MAKES_ONCE
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.engine import Connection
from db.filings import own_documents
from db.operations.tasks import add_task
from workbench.analysis.filings.document_json import (
    AddedDocumentAnswer,
    OwnDocumentAnswer,
    OwnDocumentPage,
    OwnDocumentTextAnswer,
    document_as_json,
    document_page,
    page_as_json,
)
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import QueueFull
from workbench.domain.filings.subjects import parse_period
from workbench.domain.operations.tasks import TaskKind
from workbench.domain.rights.ownership import Caller
from workbench.ingest.filings.documents import document_pages
from workbench.ingest.filings.upload_subjects import Correction, correct_document
from workbench.ingest.filings.uploads import Description, add_document, remove_document
from workbench.runtime import Workbench

router = APIRouter(prefix="/documents", tags=["documents"], route_class=TableRoute)

Which = Annotated[str, Path(description="The document's number, file name or title.", examples=["12"])]

# Each one holds its document in memory and uses a whole core: more at once only slow each other down.
_reading = anyio.CapacityLimiter(2)


@router.get("", summary="Added documents", response_model=OwnDocumentPage, responses=problems(400, 401, 404, 422))
async def list_documents(
    *,
    request: Request,
    ask: Question,
    company: QueryCompany,
    caller: TheCaller,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The caller's documents and shared ones, newest first. Filings are listed at `/companies/{ticker}/filings`."""
    cik = company.cik if company else None
    rows = await ask(own_documents.own_documents, cik=cik, limit=limit + 1, offset=offset, caller=caller)
    return json_response(request, document_page(*cut(rows, limit, offset)))


@router.post(
    "",
    summary="Add a document",
    dependencies=[MAKES_ONCE],
    status_code=HTTPStatus.CREATED,
    response_model=AddedDocumentAnswer,
    responses=problems(400, 401, 403, 404, 413, 422)
    | {200: {"model": AddedDocumentAnswer, "description": "The document was already there"}},
)
async def add(
    *,
    request: Request,
    workbench: TheWorkbench,
    caller: TheCaller,
    file: Annotated[UploadFile, File(description="PDF, HTML, text or Markdown, up to 67 MB.")],
    ticker: Annotated[str | None, Form(description="The company that the document is about.")] = None,
    form: Annotated[
        str | None, Form(description="A form such as 10-K, which lets the items be found, or another document type.")
    ] = None,
    dated_on: Annotated[str | None, Form(alias="date", description="The date of the document; today by default.")] = None,
    title: Annotated[str | None, Form(description="A title instead of the file name.")] = None,
) -> Response:
    """Adds the whole document or nothing. Full-text search finds it immediately, vector search a moment later.

    The document belongs to the caller; nobody else reads it until it is shared. Sending the same bytes again changes
    nothing and returns 200.
    """
    description = Description(ticker or None, form, parse_as_of(dated_on or None), title)
    content = await file.read()
    added = await anyio.to_thread.run_sync(
        lambda: add_document(
            workbench.database,
            workbench.objects,
            content=content,
            name=file.filename or "",
            description=description,
            owner=caller.name,
        ),
        limiter=_reading,
    )
    body: AddedDocumentAnswer = {
        "is_new": added.is_new,
        "blank_pages": added.blank_pages,
        "document": document_as_json(added.document),
    }
    response = json_response(request, body)
    if added.is_new:
        response.status_code = HTTPStatus.CREATED
        await anyio.to_thread.run_sync(_order_vectors, workbench)
    return response


@router.get(
    "/{document}", summary="One document", response_model=OwnDocumentTextAnswer, responses=problems(400, 401, 404, 422)
)
async def get_document(
    *,
    request: Request,
    ask: Question,
    workbench: TheWorkbench,
    caller: TheCaller,
    document: Which,
    page: Annotated[int | None, Query(ge=1, description="Only this page, from 1.")] = None,
) -> Response:
    """The document with its text, page by page."""
    return json_response(request, await ask(_with_text, workbench, document, page, caller))


@router.patch(
    "/{document}",
    summary="Correct what a document is about",
    response_model=OwnDocumentAnswer,
    responses=problems(400, 401, 403, 404, 422),
)
async def correct(
    *,
    request: Request,
    workbench: TheWorkbench,
    caller: TheCaller,
    document: Which,
    company: Annotated[str | None, Form(description="The company: ticker, CIK, or any name.")] = None,
    form: Annotated[str | None, Form(description="A form such as 10-K, or another document type.")] = None,
    period: Annotated[str | None, Form(description="The fiscal year or quarter.", examples=["2023", "2023Q2"])] = None,
) -> Response:
    """Corrects the company, form and fiscal period of the caller's document, which are read from it when it is added.

    Fields that are not sent stay as they are. Returns the document.
    """
    correction = Correction(company or None, form.upper() if form else None, parse_period(period) if period else None)
    corrected = await anyio.to_thread.run_sync(
        correct_document, workbench.database, workbench.objects, document, correction, caller
    )
    await anyio.to_thread.run_sync(_order_vectors, workbench)
    return json_response(request, document_as_json(corrected))


@router.delete(
    "/{document}", summary="Remove a document", response_model=OwnDocumentAnswer, responses=problems(400, 401, 403, 404)
)
async def remove(request: Request, workbench: TheWorkbench, caller: TheCaller, document: Which) -> Response:
    """Removes the caller's document with its passages, vectors and stored bytes. Returns the removed document."""
    removed = await anyio.to_thread.run_sync(remove_document, workbench.database, workbench.objects, document, caller)
    return json_response(request, document_as_json(removed))


def _with_text(
    connection: Connection, /, workbench: Workbench, document: str, page: int | None, caller: Caller
) -> OwnDocumentTextAnswer:
    own = own_documents.find_own_document(connection, document, caller)
    pages = document_pages(connection, workbench.objects, own.document, page)
    return {"document": document_as_json(own), "text": [page_as_json(each.page, each.end, each.text) for each in pages]}


def _order_vectors(workbench: Workbench) -> None:
    with workbench.database.write() as connection, suppress(QueueFull):  # the job `embed` finds what was left out
        add_task(connection, TaskKind.EMBED, {}, most_waiting=workbench.settings.tasks.most_waiting)
