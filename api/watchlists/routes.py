"""Watchlists: everybody's own."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.companies.routes import TickerOrCik
from api.deps import Question, ThePrincipal, TheWorkbench, Writer
from api.problems import problems
from api.responses import json_response
from api.schemas import CompanyOut
from api.watchlists.schemas import WatchlistDetail, WatchlistOut, WatchlistsOut
from db import companies
from db.alerts import watchlists
from workbench.runtime import Workbench

router = APIRouter(prefix="/watchlists", tags=["watchlists"])

ListName = Annotated[str, Path(description="The list's name.", max_length=200, examples=["retail"])]


@router.get("", summary="My watchlists", response_model=WatchlistsOut, responses=problems(401))
async def list_watchlists(request: Request, ask: Question, principal: ThePrincipal) -> Response:
    """The asker's lists, by name."""
    found = await ask(watchlists.watchlists, principal.name)
    return json_response(request, {"watchlists": [WatchlistOut.of(each).model_dump(mode="json") for each in found]})


@router.get("/{name}", summary="One watchlist", response_model=WatchlistDetail, responses=problems(401, 404, 422))
async def get_watchlist(request: Request, ask: Question, principal: ThePrincipal, name: ListName) -> Response:
    """The companies on it, in the order in which they were put there."""
    return json_response(request, await ask(_detail, principal.name, name))


@router.put(
    "/{name}/companies/{ticker}",
    summary="Put a company on a watchlist",
    response_model=WatchlistDetail,
    responses=problems(400, 401, 403, 404, 422),
)
async def add_company(
    request: Request, workbench: TheWorkbench, principal: Writer, name: ListName, ticker: TickerOrCik
) -> Response:
    """The list with the company on it; the list is made when there is none of that name."""

    def add(connection: Any) -> dict[str, Any]:
        cik = companies.resolve(connection, ticker).cik
        if name.strip() not in {each.name for each in watchlists.watchlists(connection, principal.name)}:
            watchlists.create(connection, principal.name, name)
        watchlists.add_members(connection, principal.name, name, [cik])
        return _detail(connection, principal.name, name)

    return json_response(request, await _written(workbench, add))


@router.delete(
    "/{name}/companies/{ticker}",
    summary="Take a company off a watchlist",
    response_model=WatchlistDetail,
    responses=problems(400, 401, 403, 404, 422),
)
async def remove_company(
    request: Request, workbench: TheWorkbench, principal: Writer, name: ListName, ticker: TickerOrCik
) -> Response:
    """The list without the company, whether it was on it or not."""

    def remove(connection: Any) -> dict[str, Any]:
        watchlists.remove_members(connection, principal.name, name, [companies.resolve(connection, ticker).cik])
        return _detail(connection, principal.name, name)

    return json_response(request, await _written(workbench, remove))


@router.delete(
    "/{name}",
    summary="Remove a watchlist",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    responses=problems(401, 403, 404, 422),
)
async def remove_watchlist(workbench: TheWorkbench, principal: Writer, name: ListName) -> Response:
    """The list goes, its companies stay."""
    await _written(workbench, lambda connection: watchlists.delete(connection, principal.name, name))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _detail(connection: Any, /, owner: str, name: str) -> dict[str, Any]:
    found = companies.get_companies(connection, watchlists.members(connection, owner, name))
    return {"name": name.strip(), "companies": [CompanyOut.of(company).model_dump() for company in found]}


async def _written(workbench: Workbench, change: Callable[[Any], Any]) -> Any:
    def work() -> Any:
        with workbench.database.write() as connection:
            return change(connection)

    return await anyio.to_thread.run_sync(work)
