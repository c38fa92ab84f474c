"""The caller's saved screens, charts and comparisons."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.deps import Question, TheCaller, ThePrincipal, TheWorkbench, written
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.engine import Connection
from db.screens import saved_views
from workbench.analysis.screens.views_json import (
    SavedViewAnswer,
    SavedViewsAnswer,
    saved_view_answer,
    saved_views_answer,
)
from workbench.domain.screens.saved_views import ViewKind

router = APIRouter(prefix="/views", tags=["views"], route_class=TableRoute)

ViewName = Annotated[str, Path(description="The name of the view.", max_length=200, examples=["large and profitable"])]


class View(BaseModel):
    """What is saved: its kind, and the parameters of its page that are set; empty ones are left out."""

    kind: ViewKind = Field(description="Screen, chart or comparison.")
    parameters: dict[str, str] = Field(
        default_factory=dict, max_length=20, description="By name.", examples=[{"where": "revenue >= 10B", "sort": "revenue"}]
    )
    model_config = ConfigDict(extra="forbid")


@router.get("", summary="My saved views", response_model=SavedViewsAnswer, responses=problems(401, 422))
async def list_views(
    request: Request,
    ask: Question,
    caller: TheCaller,
    kind: Annotated[ViewKind | None, Query(description="Only screens, charts or comparisons.")] = None,
) -> Response:
    """The caller's views by name, then those shared with the caller's role."""
    return json_response(request, saved_views_answer(await ask(saved_views.readable_views, caller, kind)))


@router.get("/{name}", summary="One saved view", response_model=SavedViewAnswer, responses=problems(401, 404, 422))
async def get_view(request: Request, ask: Question, caller: TheCaller, name: ViewName) -> Response:
    """The view. The caller's own one goes before a shared one."""
    return json_response(request, saved_view_answer(await ask(saved_views.readable_view, caller, name)))


@router.put("/{name}", summary="Save a view", response_model=SavedViewAnswer, responses=problems(400, 401, 403, 404, 409, 422))
async def put_view(request: Request, workbench: TheWorkbench, principal: ThePrincipal, name: ViewName, view: View) -> Response:
    """Saves the view, or replaces what the caller's view of that name and kind shows."""
    saved = await written(
        workbench,
        lambda connection: saved_views.save_view(connection, principal.name, name, view.kind, view.parameters),
    )
    return json_response(request, saved_view_answer(saved))


@router.delete(
    "/{name}",
    summary="Delete a view",
    response_model=SavedViewsAnswer,
    responses=problems(401, 403, 404, 422),
)
async def delete_view(request: Request, workbench: TheWorkbench, principal: ThePrincipal, name: ViewName) -> Response:
    """Deletes the caller's view of that name, and returns those that are left."""

    def delete(connection: Connection) -> SavedViewsAnswer:
        saved_views.delete_view(connection, principal.name, name)
        return saved_views_answer(saved_views.readable_views(connection, principal.caller))

    return json_response(request, await written(workbench, delete))
