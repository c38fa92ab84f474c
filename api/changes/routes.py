"""Changes of an item between two filings."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, PathCompany, SlowQuestion, TheSlowWork, TheWorkbench
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.filings.changes import choose_versions
from workbench.analysis.filings.changes_json import ChangesAnswer, changes_document
from workbench.domain.filings.changes import ChangeKind
from workbench.domain.identity import Accession
from workbench.ingest.filings.changes import item_changes

router = APIRouter(prefix="/companies", tags=["filings"], route_class=TableRoute)


@router.get(
    "/{ticker}/changes",
    summary="Changes of an item",
    response_model=ChangesAnswer,
    responses=problems(400, 401, 404, 422),
)
async def get_changes(
    *,
    request: Request,
    slow: SlowQuestion,
    slow_work: TheSlowWork,
    workbench: TheWorkbench,
    company: PathCompany,
    as_of: AsOf,
    item: Annotated[str, Query(description="An item such as 1A or 7, optionally with its part: I.2.", examples=["1A"])] = "1A",
    from_: Annotated[
        str | None,
        Query(
            alias="from",
            description="Accession number of the older filing; the filing before `to` by default.",
            examples=["0000320193-23-000106"],
        ),
    ] = None,
    to: Annotated[
        str | None,
        Query(
            description="Accession number of the newer filing; the newest with the item by default.",
            examples=["0000320193-24-000123"],
        ),
    ] = None,
    form: Annotated[str | None, Query(description="Compare the two newest filings of this form.", examples=["10-Q"])] = None,
    kind: Annotated[list[ChangeKind] | None, Query(description="Only changes of these kinds.")] = None,
    limit: Annotated[int | None, Query(ge=1, le=5000, description="Maximum number of changes, largest first.")] = None,
) -> Response:
    """Paragraphs that were added, removed, reworded, moved, or changed only in their numbers; largest changes first.

    By default the newest annual report with this item is compared with the previous one.
    """
    old, new = Accession.parse(from_) if from_ else None, Accession.parse(to) if to else None
    pair = await slow(choose_versions, company, item, form=form, old=old, new=new, as_of=as_of)
    changes = await slow_work(partial(item_changes, workbench.objects, pair))
    return json_response(request, changes_document(changes, kinds=kind or (), limit=limit))
