"""What routes are given: the database, the company of the path, the switches of every question, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Concatenate, ParamSpec, TypeVar

import anyio
from fastapi import Depends, Path, Query, Request
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer

from api.security.access import Gate, Principal
from db.engine import Connection
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest, PermissionRefused
from workbench.domain.identity import Company
from workbench.domain.operations.accounts import Role
from workbench.runtime import Workbench

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Only for the OpenAPI description: the guard around the application decides who brings a token or a key.
oauth2 = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)
api_key = APIKeyHeader(name="X-API-Key", auto_error=False)


def _workbench(request: Request) -> Workbench:
    workbench: Workbench = request.app.state.workbench
    return workbench


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def _principal(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


def _writer(request: Request) -> Principal:
    principal = _principal(request)
    if principal.role is Role.READER:
        raise PermissionRefused("readers change nothing here", hint="an analyst or an administrator can")
    return principal


class Ask:
    """Runs a function of the query layer in one read-only transaction on the event loop."""

    def __init__(self, workbench: Annotated[Workbench, Depends(_workbench)]) -> None:
        self._database = workbench.database

    async def __call__(self, function: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What `function(connection, *args, **kwargs)` returns or raises."""
        async with self._database.read_async() as connection:
            return await connection.run_sync(function, *args, **kwargs)


class Companies:
    """Finds companies by what a caller wrote; the workbench remembers them, so that most requests ask no database for one."""

    def __init__(self, workbench: Annotated[Workbench, Depends(_workbench)]) -> None:
        self._workbench = workbench

    async def one(self, text: str) -> Company:
        """The company that a ticker or a CIK names; raises InvalidIdentifier and NotFound."""
        return await anyio.to_thread.run_sync(self._workbench.company_cache.resolve, text)

    async def each(self, texts: Iterable[str]) -> list[Company]:
        """The company of each, in their order; raises as `one` does."""
        return [await self.one(text) for text in texts]


_Companies = Annotated[Companies, Depends()]


async def _path_company(
    companies: _Companies,
    ticker: Annotated[str, Path(description="A ticker (BRK-B and BRK.B are the same) or a CIK.", examples=["AAPL"])],
) -> Company:
    return await companies.one(ticker)


async def _query_company(
    companies: _Companies,
    ticker: Annotated[str | None, Query(description="Only of this company, by ticker or CIK.", examples=["AAPL"])] = None,
) -> Company | None:
    return await companies.one(ticker) if ticker else None


def _as_of(
    as_of: Annotated[
        str | None,
        Query(
            description="What was known at the end of this day; now by default. A day after today is an error.",
            examples=["2024-06-30"],
        ),
    ] = None,
) -> date | None:
    return parse_as_of(as_of)


def _day(name: str, text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidRequest(f"{name} is {text!r}, not a date such as 2024-06-30") from None


def _since(
    since: Annotated[str | None, Query(description="From this day, inclusive.", examples=["2023-01-01"])] = None,
) -> date | None:
    return _day("since", since)


def _until(
    until: Annotated[str | None, Query(description="Until this day, inclusive.", examples=["2023-12-31"])] = None,
) -> date | None:
    return _day("until", until)


class Format(StrEnum):
    """How rows are written."""

    JSON = "json"
    CSV = "csv"


def _format(
    request: Request,
    format: Annotated[
        Format | None, Query(description="JSON or CSV; by default what the Accept header asks for, else JSON.")
    ] = None,
) -> Format:
    accepted = request.headers.get("accept", "")
    return format or (Format.CSV if "text/csv" in accepted and "application/json" not in accepted else Format.JSON)


def names(values: list[str] | None) -> tuple[str, ...]:
    """The names in a parameter that may be repeated, or hold several between commas; each once, in order."""
    parts = (part.strip() for value in values or [] for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


TheWorkbench = Annotated[Workbench, Depends(_workbench)]
TheGate = Annotated[Gate, Depends(_gate)]
ThePrincipal = Annotated[Principal, Depends(_principal)]
Writer = Annotated[Principal, Depends(_writer)]
Question = Annotated[Ask, Depends()]
NamedCompanies = _Companies
PathCompany = Annotated[Company, Depends(_path_company)]
QueryCompany = Annotated[Company | None, Depends(_query_company)]
AsOf = Annotated[date | None, Depends(_as_of)]
Since = Annotated[date | None, Depends(_since)]
Until = Annotated[date | None, Depends(_until)]
AskedFormat = Annotated[Format, Depends(_format)]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="How many to skip.")]
