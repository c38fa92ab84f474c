"""Documents that users add, in addition to filings."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, File, Form, Path, Query, Request, UploadFile
from starlette.responses import Response

from api.deps import AsOf, Limit, Offset, QueryCompany, Question, TheCaller, TheWorkbench, written
from api.idempotency import MAKES_ONCE
from api.paging import MOST_CHARACTERS, cut
from api.problems import problems
from api.responses import json_response
from api.slow_work import SlowWork
from api.tables import TableRoute
from api.tasks.accepted import accepted, is_left_to_a_task
from db.engine import Connection
from db.filings import own_documents
from db.operations.tasks import task_state
from workbench.analysis.filings.document_json import (
    AddedDocumentAnswer,
    DocumentSpanAnswer,
    OwnDocumentAnswer,
    OwnDocumentPage,
    OwnDocumentTextAnswer,
    attachments_as_json,
    document_as_json,
    document_page,
    document_span_answer,
    page_as_json,
)
from workbench.analysis.operations.task_json import TaskAnswer
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import NotFound
from workbench.domain.filings.subjects import parse_period
from workbench.domain.operations.tasks import TaskState
from workbench.domain.rights.ownership import Caller
from workbench.ingest.filings.documents import document_pages, read_text
from workbench.ingest.filings.upload_queue import queue_document, queue_vectors
from workbench.ingest.filings.upload_subjects import Correction, correct_document
from workbench.ingest.filings.uploads import Description, add_document, remove_document
from workbench.runtime import Workbench

router = APIRouter(prefix="/documents", tags=["documents"], route_class=TableRoute)

Which = Annotated[str, Path(description="The document's number, file name or title.", examples=["12"])]

# Each one holds its document in memory and uses a whole core: more at once only slow each other down.
_READING = SlowWork(at_once=2, most_waiting=8)
# What takes longer to read than a request should take.
_LONG_BYTES = 2**20


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
    responses=problems(400, 401, 403, 404, 413, 422, 503)
    | {
        200: {"model": AddedDocumentAnswer, "description": "The document was already there"},
        202: {"model": TaskAnswer, "description": "A task reads the document; `Location` has its address"},
    },
)
async def add(
    *,
    request: Request,
    workbench: TheWorkbench,
    caller: TheCaller,
    file: Annotated[
        UploadFile, File(description="PDF, .docx, .xlsx, .pptx, HTML, text, Markdown, RTF or e-mail (.eml), up to 67 MB.")
    ],
    ticker: Annotated[str | None, Form(description="The company that the document is about.")] = None,
    form: Annotated[
        str | None, Form(description="A form such as 10-K, which lets the items be found, or another document type.")
    ] = None,
    dated_on: Annotated[str | None, Form(alias="date", description="The date of the document; today by default.")] = None,
    title: Annotated[str | None, Form(description="A title instead of the file name.")] = None,
) -> Response:
    """Adds the whole document or nothing. Full-text search finds it immediately, vector search a moment later.

    The document belongs to the caller; nobody else reads it until it is shared. The files of an e-mail become documents of
    their own. Sending the same bytes again changes nothing and returns 200. A document of more than 1 MiB, or one sent with
    `Prefer: respond-async`, is read by a task: the answer is 202 with its address in `Location`. With `Prefer: wait=60` the
    answer waits until it is read.
    """
    description = Description(ticker or None, form, parse_as_of(dated_on or None), title)
    content, name = await file.read(), file.filename or ""
    if is_left_to_a_task(request, is_long=len(content) > _LONG_BYTES):
        return accepted(request, await _READING(lambda: _queue(workbench, caller, content, name, description)))
    added = await _READING(
        lambda: add_document(
            workbench.database,
            workbench.objects,
            content=content,
            name=name,
            description=description,
            owner=caller.name,
            recognizer=workbench.recognizer,
        )
    )
    body: AddedDocumentAnswer = {
        "is_new": added.is_new,
        "blank_pages": added.blank_pages,
        "document": document_as_json(added.document),
        "attachments": attachments_as_json(added.attachments),
    }
    response = json_response(request, body)
    if added.is_new:
        response.status_code = HTTPStatus.CREATED
        await _order_vectors(workbench)
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


@router.get(
    "/{document}/text",
    summary="Text of a document",
    response_model=DocumentSpanAnswer,
    responses=problems(400, 401, 404, 422),
)
async def get_text(
    *,
    request: Request,
    ask: Question,
    workbench: TheWorkbench,
    caller: TheCaller,
    as_of: AsOf,
    document: Which,
    start: Annotated[int, Query(ge=0, le=2**31 - 1, description="First character.")] = 0,
    end: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="The character after the last one.")] = None,
) -> Response:
    """A span of the document's extracted text, at most 20,000 characters of it. Passages and notes have such spans.

    Returns 404 if the document is dated after `as_of`.
    """
    own = await ask(own_documents.find_own_document, document, caller)
    if as_of is not None and own.document.filed_on is not None and own.document.filed_on > as_of:
        raise NotFound(f"{own.document.name} was not there on {as_of}")
    text = await anyio.to_thread.run_sync(read_text, workbench.objects, own.document)
    begin = min(start, len(text))
    until = min(begin + MOST_CHARACTERS, len(text) if end is None else max(begin, end))
    return json_response(request, document_span_answer(own, text, (begin, until)))


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
    await _order_vectors(workbench)
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


def _queue(workbench: Workbench, caller: Caller, content: bytes, name: str, description: Description) -> TaskState:
    task = queue_document(
        workbench.database, workbench.objects, content=content, name=name, description=description, owner=caller.name,
        most_waiting=workbench.settings.tasks.most_waiting,
    )  # fmt: skip
    with workbench.database.read() as connection:
        return task_state(connection, task, caller)


async def _order_vectors(workbench: Workbench) -> None:
    most_waiting = workbench.settings.tasks.most_waiting
    await written(workbench, lambda connection: queue_vectors(connection, most_waiting=most_waiting))
