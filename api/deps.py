"""Dependencies of the routes: the workbench, the company in the path, common parameters, and the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Concatenate, ParamSpec, TypeVar

import anyio
from fastapi import Depends, Path, Query, Request
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer

from api.media_types import preferred
from api.security.access import Gate, Principal
from api.slow_work import SlowWork
from db.engine import Connection
from workbench.analysis.table_files import TableFormat
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest, PermissionRefused
from workbench.domain.identity import Company
from workbench.domain.rights.ownership import Caller
from workbench.runtime import Workbench

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Only for the OpenAPI description: the guard around the application checks tokens and keys.
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


def _caller(request: Request) -> Caller:
    return _principal(request).caller


def _account_holder(request: Request) -> Principal:
    principal = _principal(request)
    if principal.session_id is None:
        raise PermissionRefused(
            "only a user who signed in has an account to change", hint="sign in with name and password, not with an API key"
        )
    return principal


def _slow_work(request: Request) -> SlowWork:
    slow_work: SlowWork = request.app.state.slow_work
    return slow_work


class Ask:
    """Runs a quick function of the query layer in one read-only transaction on the event loop."""

    def __init__(self, workbench: Annotated[Workbench, Depends(_workbench)]) -> None:
        self._database = workbench.database

    async def __call__(self, function: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What `function(connection, *args, **kwargs)` returns or raises."""
        async with self._database.read_async() as connection:
            return await connection.run_sync(function, *args, **kwargs)


class AskSlowly:
    """Runs a function of the query layer that computes or waits for long, in one read-only transaction in a thread."""

    def __init__(
        self, workbench: Annotated[Workbench, Depends(_workbench)], slow_work: Annotated[SlowWork, Depends(_slow_work)]
    ) -> None:
        self._database = workbench.database
        self._slow_work = slow_work

    async def __call__(self, function: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What `function(connection, *args, **kwargs)` returns or raises; raises QueueFull while too many wait."""

        def work() -> _T:
            with self._database.read() as connection:
                return function(connection, *args, **kwargs)

        return await self._slow_work(work)


class Companies:
    """Resolves tickers and CIKs to companies. The workbench caches them, so most requests need no query for this."""

    def __init__(self, workbench: Annotated[Workbench, Depends(_workbench)]) -> None:
        self._workbench = workbench

    async def one(self, text: str) -> Company:
        """The company of a ticker or CIK; raises InvalidIdentifier and NotFound."""
        companies = self._workbench.company_cache
        known = companies.at_hand(text)
        return known if known is not None else await anyio.to_thread.run_sync(companies.resolve, text)

    async def each(self, texts: Iterable[str]) -> list[Company]:
        """The company of each text, in the same order; raises as `one` does."""
        return [await self.one(text) for text in texts]


_Companies = Annotated[Companies, Depends()]


async def _path_company(
    request: Request,
    companies: _Companies,
    ticker: Annotated[str, Path(description="A ticker (BRK-B and BRK.B are the same) or a CIK.", examples=["AAPL"])],
) -> Company:
    company = await companies.one(ticker)
    request.state.cik = company.cik.number  # whose changes void a cached answer
    return company


async def _query_company(
    companies: _Companies,
    ticker: Annotated[str | None, Query(description="Only this company, by ticker or CIK.", examples=["AAPL"])] = None,
) -> Company | None:
    return await companies.one(ticker) if ticker else None


def _as_of(
    as_of: Annotated[
        str | None,
        Query(
            description="Use only what was known at the end of this day; today by default. Future days are rejected.",
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
    since: Annotated[str | None, Query(description="First day, inclusive.", examples=["2023-01-01"])] = None,
) -> date | None:
    return _day("since", since)


def _until(
    until: Annotated[str | None, Query(description="Last day, inclusive.", examples=["2023-12-31"])] = None,
) -> date | None:
    return _day("until", until)


class Format(StrEnum):
    """The format of a table of rows."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


_FORMATS = {"application/json": Format.JSON} | {form.media_type: Format(form.value) for form in TableFormat}


def answer_format(
    request: Request,
    format: Annotated[
        Format | None, Query(description="JSON or a file; by default taken from the Accept header, otherwise JSON.")
    ] = None,
) -> Format:
    """The format that the caller asks for."""
    return format or preferred(request.headers.get("accept", ""), _FORMATS)


async def written(workbench: Workbench, change: Callable[[Connection], _T]) -> _T:
    """What `change` returns or raises, run in a thread in one transaction that writes."""

    def work() -> _T:
        with workbench.database.write() as connection:
            return change(connection)

    return await anyio.to_thread.run_sync(work)


def names(values: list[str] | None) -> tuple[str, ...]:
    """The names in a repeated or comma-separated parameter, without duplicates, in order."""
    parts = (part.strip() for value in values or [] for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


TheWorkbench = Annotated[Workbench, Depends(_workbench)]
TheGate = Annotated[Gate, Depends(_gate)]
ThePrincipal = Annotated[Principal, Depends(_principal)]
TheCaller = Annotated[Caller, Depends(_caller)]
AccountHolder = Annotated[Principal, Depends(_account_holder)]
Question = Annotated[Ask, Depends()]
SlowQuestion = Annotated[AskSlowly, Depends()]
TheSlowWork = Annotated[SlowWork, Depends(_slow_work)]
NamedCompanies = _Companies
PathCompany = Annotated[Company, Depends(_path_company)]
QueryCompany = Annotated[Company | None, Depends(_query_company)]
AsOf = Annotated[date | None, Depends(_as_of)]
Since = Annotated[date | None, Depends(_since)]
Until = Annotated[date | None, Depends(_until)]
ResponseFormat = Annotated[Format, Depends(answer_format)]
Limit = Annotated[int, Query(ge=1, le=500, description="Maximum number of results.")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="Number of results to skip.")]
