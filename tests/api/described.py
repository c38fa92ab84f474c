"""Every JSON answer that a test receives is checked against the OpenAPI schema of its route."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from starlette.routing import compile_path

PREFIX = "/api/v1"
_FORMATS = FormatChecker(("date", "date-time"))

Check = Callable[[httpx.Response], Any]


def checks_answers(app: FastAPI) -> Check:
    """A hook for an httpx client; raises ValidationError for an answer that is not as described, AssertionError for none."""

    async def check(answer: httpx.Response) -> None:
        address = answer.request.url.path
        if not answer.is_success or not address.startswith(PREFIX) or address == f"{PREFIX}/openapi.json":
            return
        if answer.headers.get("content-type") != "application/json":
            return
        await answer.aread()
        validator = _validator(app, answer.request.method, address, answer.status_code)
        validator.validate(answer.json())

    return check


def _validator(app: FastAPI, method: str, address: str, status: int) -> Any:
    for template, item in _schema(app)["paths"].items():
        # `/companies/{ticker}` also matches an address with a fixed word there, whose route is described before it.
        if method.lower() in item and compile_path(template)[0].match(address):
            return _compiled(template, method.lower(), status)
    raise AssertionError(f"{method} {address} answers JSON and is not described")


_schemas: list[dict[str, Any]] = []


def _schema(app: FastAPI) -> dict[str, Any]:
    """The description of the first application asked for: it is the same for all of them, and takes its time to write."""
    if not _schemas:
        _schemas.append(app.openapi())
    return _schemas[0]


@cache
def _compiled(template: str, method: str, status: int) -> Any:
    schema = _schemas[0]
    described = schema["paths"][template][method]["responses"][str(status)]["content"]["application/json"]["schema"]
    return Draft202012Validator({**described, "components": schema["components"]}, format_checker=_FORMATS)
