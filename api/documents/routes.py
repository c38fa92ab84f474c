"""Documents that people add themselves, beside the filings."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, File, Form, Path, Query, Request, UploadFile
from starlette.background import BackgroundTask
from starlette.responses import Response

from api.deps import Limit, Offset, Question, TheWorkbench, Writer
from api.documents.schemas import AddedOut, OwnDocumentOut, OwnDocumentPage, OwnDocumentText
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from db import companies
from db.filings import own_documents
from workbench.analysis.filings.document_json import document_as_json, page_as_json
from workbench.domain.as_of import parse_as_of
from workbench.domain.filings.documents import OwnDocument
from workbench.ingest.filings.documents import document_pages
from workbench.ingest.filings.uploads import Description, add_document, remove_document
from workbench.ingest.search.passages import embed_missing
from workbench.runtime import Workbench

router = APIRouter(prefix="/documents", tags=["documents"])

Which = Annotated[str, Path(description="Its number, file name or title.", examples=["12"])]

# Each one holds its document in memory and keeps a processor busy: more at once only hold each other up.
_reading = anyio.CapacityLimiter(2)


@router.get("", summary="Documents that were added", response_model=OwnDocumentPage, responses=problems(400, 401, 404, 422))
async def list_documents(
    *,
    request: Request,
    ask: Question,
    ticker: Annotated[str | None, Query(description="Only those about this company.", examples=["AAPL"])] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The newest first. Those of filings are with the filings."""
    found, page = cut(await ask(_documents, ticker, limit=limit + 1, offset=offset), limit, offset)
    return json_response(request, {"documents": [document_as_json(own) for own in found], **page})


@router.post(
    "",
    summary="Add a document",
    status_code=HTTPStatus.CREATED,
    response_model=AddedOut,
    responses=problems(400, 401, 403, 404, 413, 422) | {200: {"model": AddedOut, "description": "The same bytes are here."}},
)
async def add(
    *,
    request: Request,
    workbench: TheWorkbench,
    _: Writer,
    file: Annotated[UploadFile, File(description="PDF, HTML, text or Markdown, up to 67 MB.")],
    ticker: Annotated[str | None, Form(description="The company it is about.")] = None,
    form: Annotated[str | None, Form(description="A form such as 10-K, whose items are then found, or any word.")] = None,
    dated_on: Annotated[str | None, Form(alias="date", description="The day it is of; today when left out.")] = None,
    title: Annotated[str | None, Form(description="A title in place of the file's name.")] = None,
) -> Response:
    """Read whole or refused whole. It is searched by words at once, and by meaning moments later; the same bytes again change
    nothing, and are answered with 200.
    """
    said = Description(ticker or None, form, parse_as_of(dated_on or None), title)
    content = await file.read()
    added = await anyio.to_thread.run_sync(
        lambda: add_document(workbench.database, workbench.objects, content=content, name=file.filename or "", said=said),
        limiter=_reading,
    )
    body = {"is_new": added.is_new, "blank_pages": added.blank_pages, "document": document_as_json(added.document)}
    response = json_response(request, body)
    if added.is_new:
        response.status_code = HTTPStatus.CREATED
        response.background = BackgroundTask(_embed, workbench)
    return response


@router.get("/{document}", summary="One document", response_model=OwnDocumentText, responses=problems(400, 401, 404, 422))
async def get_document(
    *,
    request: Request,
    ask: Question,
    workbench: TheWorkbench,
    document: Which,
    page: Annotated[int | None, Query(ge=1, description="Only this page, from 1.")] = None,
) -> Response:
    """With its text, page by page."""
    return json_response(request, await ask(_with_text, workbench, document, page))


@router.delete(
    "/{document}", summary="Remove a document", response_model=OwnDocumentOut, responses=problems(400, 401, 403, 404)
)
async def remove(request: Request, workbench: TheWorkbench, _: Writer, document: Which) -> Response:
    """With its passages, vectors and stored bytes; answered with what it was."""
    gone = await anyio.to_thread.run_sync(remove_document, workbench.database, workbench.objects, document)
    return json_response(request, document_as_json(gone))


def _documents(connection: Any, /, ticker: str | None, **bounds: int) -> list[OwnDocument]:
    cik = companies.resolve(connection, ticker).cik if ticker else None
    return own_documents.own_documents(connection, cik=cik, **bounds)


def _with_text(connection: Any, /, workbench: Workbench, document: str, page: int | None) -> dict[str, Any]:
    own = own_documents.find_own_document(connection, document)
    pages = document_pages(connection, workbench.objects, own.document, page)
    return {"document": document_as_json(own), "text": [page_as_json(each.page, each.end, each.text) for each in pages]}


def _embed(workbench: Workbench) -> None:
    embed_missing(workbench.database, workbench.embedder)
