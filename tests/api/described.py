"""Every JSON answer that a test receives is checked against the OpenAPI schema of its route."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from starlette.routing import compile_path

PREFIX = "/api/v1"
_NAME = "urn:api"
_FORMATS = FormatChecker(("date", "date-time"))

Check = Callable[[httpx.Response], Awaitable[None]]


def checks_answers(app: FastAPI) -> Check:
    """A hook for an httpx client; raises ValidationError for an answer that is not as described, AssertionError for none."""

    async def check(answer: httpx.Response) -> None:
        address = answer.request.url.path
        if answer.request.method == "HEAD":  # has the body of nothing
            return
        if not answer.is_success or not address.startswith(PREFIX) or address == f"{PREFIX}/openapi.json":
            return
        if answer.headers.get("content-type") != "application/json":
            return
        await answer.aread()
        validator = _validator(app, answer.request.method, address, answer.status_code)
        validator.validate(answer.json())

    return check


def _validator(app: FastAPI, method: str, address: str, status: int) -> Any:
    for template, item in _description(app).contents["paths"].items():
        # `/alerts/{alert}` also matches `/alerts/channels`, which is described before it.
        if method.lower() in item and compile_path(template)[0].match(address):
            return _compiled(template, method.lower(), status)
    raise AssertionError(f"{method} {address} answers JSON and is not described")


_descriptions: list[Resource[Any]] = []


def _description(app: FastAPI) -> Resource[Any]:
    """The description of the first application asked for: it is the same for all of them, and takes its time to write."""
    if not _descriptions:
        _descriptions.append(Resource(app.openapi(), DRAFT202012))
    return _descriptions[0]


@cache
def _compiled(template: str, method: str, status: int) -> Any:
    steps = ("paths", template, method, "responses", str(status), "content", "application/json", "schema")
    pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
    registry = _registry()
    assert registry.resolver(_NAME).lookup(f"#/{pointer}").contents, f"{method} {template} {status} is not described"
    return Draft202012Validator({"$ref": f"{_NAME}#/{pointer}"}, registry=registry, format_checker=_FORMATS)


@cache
def _registry() -> Registry[Any]:
    return Registry[Any]().with_resource(_NAME, _descriptions[0])
