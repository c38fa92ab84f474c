"""What changed in an item between two filings."""

from __future__ import annotations

from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.changes.schemas import ChangesOut
from api.companies.routes import TickerOrCik
from api.deps import AsOf, Question, TheWorkbench
from api.problems import problems
from api.responses import json_response
from db import companies
from db.filings.changes import choose_versions
from workbench.analysis.filings.changes_json import changes_document
from workbench.domain.filings.changes import ChangeKind, ItemPair
from workbench.domain.identity import Accession
from workbench.ingest.filings.changes import item_changes

router = APIRouter(prefix="/companies", tags=["filings"])


@router.get(
    "/{ticker}/changes",
    summary="What changed in an item",
    response_model=ChangesOut,
    responses=problems(400, 401, 404, 422),
)
async def get_changes(
    *,
    request: Request,
    ask: Question,
    workbench: TheWorkbench,
    ticker: TickerOrCik,
    as_of: AsOf,
    item: Annotated[str, Query(description="1A, 7, or with its part I.2.", examples=["1A"])] = "1A",
    from_: Annotated[
        str | None,
        Query(
            alias="from",
            description="The older filing; left out, the one before `to`.",
            examples=["0000320193-23-000106"],
        ),
    ] = None,
    to: Annotated[
        str | None,
        Query(description="The newer filing; the newest with the item, when left out.", examples=["0000320193-24-000123"]),
    ] = None,
    form: Annotated[str | None, Query(description="Compare the newest two of this form.", examples=["10-Q"])] = None,
    kind: Annotated[list[ChangeKind] | None, Query(description="Only changes of these kinds.")] = None,
    limit: Annotated[int | None, Query(ge=1, le=5000, description="Only the weightiest so many.")] = None,
) -> Response:
    """Paragraphs added, removed, reworded with both wordings, moved, or changed in nothing but numbers; the weightiest first.

    Left to itself it compares the newest annual report that has the item with the one before.
    """
    old, new = Accession.parse(from_) if from_ else None, Accession.parse(to) if to else None

    def chosen(connection: Any) -> ItemPair:
        company = companies.resolve(connection, ticker)
        return choose_versions(connection, company, item, form=form, old=old, new=new, as_of=as_of)

    found = await anyio.to_thread.run_sync(item_changes, workbench.objects, await ask(chosen))
    return json_response(request, changes_document(found, kinds=kind or (), limit=limit))
