"""What changed in an item between two filings."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, PathCompany, Question, TheWorkbench
from api.problems import problems
from api.responses import json_response
from db.filings.changes import choose_versions
from workbench.analysis.filings.changes_json import ChangesAnswer, changes_document
from workbench.domain.filings.changes import ChangeKind
from workbench.domain.identity import Accession
from workbench.ingest.filings.changes import item_changes

router = APIRouter(prefix="/companies", tags=["filings"])


@router.get(
    "/{ticker}/changes",
    summary="What changed in an item",
    response_model=ChangesAnswer,
    responses=problems(400, 401, 404, 422),
)
async def get_changes(
    *,
    request: Request,
    ask: Question,
    workbench: TheWorkbench,
    company: PathCompany,
    as_of: AsOf,
    item: Annotated[str, Query(description="An item such as 1A or 7, or with its part: I.2.", examples=["1A"])] = "1A",
    from_: Annotated[
        str | None,
        Query(
            alias="from",
            description="The older filing; the one before `to` by default.",
            examples=["0000320193-23-000106"],
        ),
    ] = None,
    to: Annotated[
        str | None,
        Query(description="The newer filing; the newest with the item by default.", examples=["0000320193-24-000123"]),
    ] = None,
    form: Annotated[str | None, Query(description="Compare the newest two of this form.", examples=["10-Q"])] = None,
    kind: Annotated[list[ChangeKind] | None, Query(description="Only changes of these kinds.")] = None,
    limit: Annotated[int | None, Query(ge=1, le=5000, description="How many changes at most, the weightiest first.")] = None,
) -> Response:
    """Paragraphs added, removed, reworded, moved, or changed in their numbers alone; the weightiest first.

    By default it compares the newest annual report that has the item with the one before.
    """
    old, new = Accession.parse(from_) if from_ else None, Accession.parse(to) if to else None
    chosen = await ask(choose_versions, company, item, form=form, old=old, new=new, as_of=as_of)
    found = await anyio.to_thread.run_sync(item_changes, workbench.objects, chosen)
    return json_response(request, changes_document(found, kinds=kind or (), limit=limit))
