"""Query parameters that a route does not know: refused, because an answer that left one out would be to another question."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

# So many are named in one answer, each so far: who sends more has not mistyped.
_NAMED, _LONGEST = 10, 60


async def refuse_unknown_parameters(request: Request) -> None:
    """Raises RequestValidationError that names each parameter of the query that the route does not take, or takes only once.

    What the route takes is read off its own signature and those of its dependencies.
    """
    given = request.query_params
    route = request.scope.get("route")
    if not given or not isinstance(route, APIRoute):
        return
    known = dict(_parameters(route.dependant))
    wrong = [(name, _unknown(name, known)) for name in given if name not in known]
    for name, may_repeat in known.items():
        if not may_repeat and len(values := given.getlist(name)) > 1:
            wrong.append((name, f"is given {len(values)} times, and means one thing only"))
    if wrong:
        raise RequestValidationError(
            [{"type": "query_parameter", "loc": ("query", _shown(name)), "msg": message} for name, message in wrong[:_NAMED]]
        )


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Each query parameter by its name in the address, and whether it may be repeated."""
    for field in dependant.query_params:
        yield field.alias, _is_list(field.field_info.annotation)
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def _is_list(annotation: Any) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))


def _unknown(name: str, known: dict[str, bool]) -> str:
    if not known:
        return "is no parameter here; this route takes none"
    near = get_close_matches(name.lower(), known, n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"is no parameter here; {meant}Known are {', '.join(sorted(known))}"


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:_LONGEST])
