"""Sharing of own work with roles."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.deps import Question, TheCaller, TheWorkbench
from api.problems import problems
from api.responses import json_response
from db.operations import sharing
from workbench.analysis.operations.role_json import SharingAnswer, sharing_answer
from workbench.domain.rights.ownership import Shareable, Sharing, parse_roles

router = APIRouter(prefix="/sharing", tags=["sharing"])

Kind = Annotated[Shareable, Path(description="What is shared.")]
Name = Annotated[
    str,
    Path(
        description="The number of a document, report, alert or note, or the name of a schedule, watchlist or view.",
        max_length=200,
        examples=["chips"],
    ),
]


class SharedWith(BaseModel):
    """The roles whose users may read it; none: the owner alone."""

    roles: list[str] = Field(max_length=20, description="Names of roles.", examples=[["analyst", "researcher"]])
    model_config = ConfigDict(extra="forbid")


@router.get(
    "/{kind}/{name}", summary="How something is shared", response_model=SharingAnswer, responses=problems(401, 403, 404, 422)
)
async def get_sharing(request: Request, ask: Question, caller: TheCaller, kind: Kind, name: Name) -> Response:
    """The roles that may read a document, report, schedule, watchlist, alert, view or note of the caller's."""
    return json_response(request, sharing_answer(await ask(sharing.get_sharing, kind, name, caller)))


@router.put(
    "/{kind}/{name}",
    summary="Share something",
    response_model=SharingAnswer,
    responses=problems(400, 401, 403, 404, 422),
)
async def put_sharing(
    *, request: Request, workbench: TheWorkbench, caller: TheCaller, kind: Kind, name: Name, wanted: SharedWith
) -> Response:
    """Shares a document, report, schedule, watchlist, alert, view or note of the caller's with exactly these roles."""
    roles = parse_roles(wanted.roles)

    def share() -> Sharing:
        with workbench.database.write() as connection:
            return sharing.share(connection, kind, name, roles, caller)

    return json_response(request, sharing_answer(await anyio.to_thread.run_sync(share)))
