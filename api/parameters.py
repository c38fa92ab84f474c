"""Rejects unknown, repeated and empty query parameters: ignoring one would return an answer to a different question."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

# How many parameters an error names, and how many characters of each: longer input is not a typing error.
_NAMED, _LONGEST = 10, 60


async def refuse_unfit_parameters(request: Request) -> None:
    """Raises RequestValidationError for query parameters that are unknown, repeated where one is allowed, or empty.

    The known parameters come from the signatures of the route and its dependencies.
    """
    sent = request.query_params
    route = request.scope.get("route")
    if not sent or not isinstance(route, APIRoute):
        return
    known = dict(_parameters(route.dependant))
    wrong = [(name, _unknown(name, known)) for name in sent if name not in known]
    for name, may_repeat in known.items():
        values = sent.getlist(name)
        if not may_repeat and len(values) > 1:
            wrong.append((name, f"was sent {len(values)} times but takes one value"))
        elif not all(value.strip() for value in values):
            wrong.append((name, "is empty; give a value or leave the parameter out"))
    if wrong:
        raise RequestValidationError(
            [{"type": "query_parameter", "loc": ("query", _shown(name)), "msg": message} for name, message in wrong[:_NAMED]]
        )


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The name of each query parameter in the URL, and whether it may be repeated."""
    for field in dependant.query_params:
        yield field.alias, _is_list(field.field_info.annotation)
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def _is_list(annotation: Any) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))


def _unknown(name: str, known: dict[str, bool]) -> str:
    if not known:
        return "unknown parameter; this route takes none"
    near = get_close_matches(name.lower(), known, n=1)
    suggestion = f"did you mean {near[0]}? " if near else ""
    return f"unknown parameter; {suggestion}This route takes {', '.join(sorted(known))}"


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:_LONGEST])


def describe_values(schema: dict[str, Any]) -> None:
    """Makes the OpenAPI description as narrow as a query is: no value is null, and no text is empty."""
    for item in schema["paths"].values():
        for route in item.values():
            for parameter in route.get("parameters", []):
                if parameter["in"] == "query":
                    _describe_values(parameter["schema"])


def _describe_values(schema: dict[str, Any]) -> None:
    options = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(options) == 1:
        del schema["anyOf"]
        schema |= options[0]
    elif options:
        schema["anyOf"] = options
    if schema.get("type") == "string" and not schema.keys() & {"enum", "const", "format", "pattern"}:
        schema.setdefault("minLength", 1)
    for inner in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        _describe_values(inner)
