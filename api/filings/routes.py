"""Filings by accession number."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, NamedCompanies, Offset, Question, Since, TheWorkbench, names
from api.paging import MOST_CHARACTERS, cut
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.engine import Connection
from db.filings import documents, filing_index
from db.filings.notes import notes_of
from workbench.analysis.filings.filing_json import (
    FilingAnswer,
    LatestFilingsPage,
    SectionsAnswer,
    SpanAnswer,
    filing_answer,
    latest_filings_page,
    sections_answer,
    span_answer,
)
from workbench.domain.filings.filing import Document, Filing, Section, select_sections
from workbench.domain.filings.notes import Note
from workbench.domain.identity import Accession
from workbench.ingest.filings.documents import read_text

router = APIRouter(prefix="/filings", tags=["filings"], route_class=TableRoute)

AccessionNumber = Annotated[
    str, Path(description="An accession number, with or without dashes.", examples=["0000320193-24-000123"])
]


@router.get("", summary="Latest filings", response_model=LatestFilingsPage, responses=problems(400, 401, 404, 422))
async def list_latest(
    *,
    request: Request,
    ask: Question,
    companies: NamedCompanies,
    as_of: AsOf,
    since: Since,
    ticker: Annotated[list[str] | None, Query(description="Companies, by ticker or CIK.", examples=["AAPL"])] = None,
    forms: Annotated[
        list[str] | None, Query(description="Exact forms, comma-separated or repeated.", examples=["10-K,10-Q"])
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The filings of all or of some companies, newest first."""
    ciks = [company.cik for company in await companies.each(names(ticker))]
    rows = await ask(
        filing_index.latest_filings, ciks=ciks, forms=names(forms), since=since, as_of=as_of, limit=limit + 1, offset=offset
    )
    return json_response(request, latest_filings_page(*cut(rows, limit, offset)))


@router.get("/{accession}", summary="One filing", response_model=FilingAnswer, responses=problems(400, 401, 404))
async def get_filing(request: Request, ask: Question, accession: AccessionNumber, as_of: AsOf) -> Response:
    """The filing as described in the SEC's index. Returns 404 if it was filed after `as_of`."""
    filing = await ask(filing_index.get_filing, Accession.parse(accession), as_of=as_of)
    return json_response(request, filing_answer(filing))


@router.get(
    "/{accession}/sections",
    summary="Items of a filing",
    response_model=SectionsAnswer,
    responses=problems(400, 401, 404, 422),
)
async def get_sections(
    *,
    request: Request,
    ask: Question,
    workbench: TheWorkbench,
    accession: AccessionNumber,
    as_of: AsOf,
    item: Annotated[
        str | None, Query(description="Only this item, such as 1A or 2.02, optionally with its part: II.1A.", examples=["1A"])
    ] = None,
    text: Annotated[bool, Query(description="Include the text of each item.")] = False,
) -> Response:
    """The items of the primary document, in document order, as character spans of its extracted text."""
    document, sections, notes = await ask(_sections, Accession.parse(accession), item, as_of)
    content = await anyio.to_thread.run_sync(read_text, workbench.objects, document) if text else None
    return json_response(request, sections_answer(document, sections, content, notes))


@router.get(
    "/{accession}/text",
    summary="Text of a filing",
    response_model=SpanAnswer,
    responses=problems(400, 401, 404, 422),
)
async def get_text(
    *,
    request: Request,
    ask: Question,
    workbench: TheWorkbench,
    accession: AccessionNumber,
    as_of: AsOf,
    start: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="First character; from the item's beginning if one is given.")
    ] = 0,
    end: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="The character after the last one.")] = None,
    item: Annotated[str | None, Query(description="The span of this item, such as 1A.", examples=["1A"])] = None,
    document: Annotated[str | None, Query(description="A file name; the primary document by default.")] = None,
) -> Response:
    """A span of a document's extracted text, at most 20,000 characters of it. Elements, passages and items have such spans."""
    filing, stored, span = await ask(_span, Accession.parse(accession), document, item, as_of)
    text = await anyio.to_thread.run_sync(read_text, workbench.objects, stored)
    first, last = span or (0, len(text))
    begin = min(first + start if span else start, last)
    until = min(last, begin + MOST_CHARACTERS, len(text) if end is None else max(begin, end))
    return json_response(request, span_answer(filing, stored, text, (begin, until)))


def _span(
    connection: Connection, /, accession: Accession, name: str | None, item: str | None, as_of: date | None
) -> tuple[Filing, Document, tuple[int, int] | None]:
    filing = filing_index.get_filing(connection, accession, as_of=as_of)
    document = documents.get_document(connection, accession, name)
    if item is None:
        return filing, document, None
    section = select_sections(documents.sections_of(connection, document.document_id), item)[0]
    return filing, document, (section.start, section.end)


def _sections(
    connection: Connection, /, accession: Accession, item: str | None, as_of: date | None
) -> tuple[Document, list[Section], list[Note]]:
    filing_index.get_filing(connection, accession, as_of=as_of)
    document = documents.get_document(connection, accession)
    sections = documents.sections_of(connection, document.document_id)
    return document, select_sections(sections, item) if item else sections, notes_of(connection, document.document_id)
