"""The caller's watchlists."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.deps import PathCompany, Question, TheCaller, ThePrincipal, TheWorkbench, written
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db import companies
from db.alerts import watchlists
from db.engine import Connection
from workbench.analysis.alerts.watchlist_json import (
    WatchlistDetailAnswer,
    WatchlistsAnswer,
    watchlist_answer,
    watchlist_detail,
)
from workbench.domain.rights.ownership import Caller

router = APIRouter(prefix="/watchlists", tags=["watchlists"], route_class=TableRoute)

ListName = Annotated[str, Path(description="The name of the watchlist.", max_length=200, examples=["retail"])]


@router.get("", summary="My watchlists", response_model=WatchlistsAnswer, responses=problems(401))
async def list_watchlists(request: Request, ask: Question, caller: TheCaller) -> Response:
    """The caller's watchlists by name, then those shared with the caller's role."""
    lists = await ask(watchlists.readable_watchlists, caller)
    answers = [watchlist_answer(each.name, each.owner, each.shared_with, each.companies, each.created_at) for each in lists]
    return json_response(request, {"watchlists": answers})


@router.get("/{name}", summary="One watchlist", response_model=WatchlistDetailAnswer, responses=problems(401, 404, 422))
async def get_watchlist(request: Request, ask: Question, caller: TheCaller, name: ListName) -> Response:
    """The companies on the watchlist, in the order in which they were added. The caller's own one goes before a shared one."""
    return json_response(request, await ask(_detail, caller, name))


@router.put(
    "/{name}/companies/{ticker}",
    summary="Add a company to a watchlist",
    response_model=WatchlistDetailAnswer,
    responses=problems(400, 401, 403, 404, 422),
)
async def add_company(
    request: Request, workbench: TheWorkbench, principal: ThePrincipal, name: ListName, company: PathCompany
) -> Response:
    """Adds the company and returns the watchlist. Creates the watchlist if it does not exist."""

    def add(connection: Connection) -> WatchlistDetailAnswer:
        if name.strip() not in {each.name for each in watchlists.watchlists(connection, principal.name)}:
            watchlists.create(connection, principal.name, name)
        watchlists.add_members(connection, principal.name, name, [company.cik])
        return _detail(connection, principal.caller, name)

    return json_response(request, await written(workbench, add))


@router.delete(
    "/{name}/companies/{ticker}",
    summary="Remove a company from a watchlist",
    response_model=WatchlistDetailAnswer,
    responses=problems(400, 401, 403, 404, 422),
)
async def remove_company(
    request: Request, workbench: TheWorkbench, principal: ThePrincipal, name: ListName, company: PathCompany
) -> Response:
    """Removes the company, if it is on the watchlist, and returns the watchlist."""

    def remove(connection: Connection) -> WatchlistDetailAnswer:
        watchlists.remove_members(connection, principal.name, name, [company.cik])
        return _detail(connection, principal.caller, name)

    return json_response(request, await written(workbench, remove))


@router.delete(
    "/{name}",
    summary="Remove a watchlist",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    responses=problems(401, 403, 404, 422),
)
async def remove_watchlist(workbench: TheWorkbench, principal: ThePrincipal, name: ListName) -> Response:
    """Removes the watchlist. Its companies stay in the workbench."""
    await written(workbench, lambda connection: watchlists.delete(connection, principal.name, name))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _detail(connection: Connection, /, caller: Caller, name: str) -> WatchlistDetailAnswer:
    watchlist, ciks = watchlists.readable_watchlist(connection, caller, name)
    return watchlist_detail(watchlist.name, watchlist.owner, companies.get_companies(connection, ciks))
