"""The tables of the Python client: a route for each question of a notebook, as a file."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import TheCaller, TheWorkbench
from api.media_types import preferred
from api.problems import problems
from api.responses import tagged
from workbench.analysis.table_files import TableFormat
from workbench.domain.measures.valuation_history import Every
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.runtime.questions import Argument, ArgumentKind, CallerResearch, FrameQuestion, frame_questions
from workbench.search.hybrid import MOST_HITS

router = APIRouter(prefix="/frames", tags=["frames"])

# Frames are made in threads; so many at once leave the rest of the process its time.
_AT_ONCE = anyio.CapacityLimiter(4)
_FILES: dict[str, Any] = {
    "description": "The table as a file.",
    "content": {form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in TableFormat},
}
_TYPES: Mapping[ArgumentKind, Any] = {
    ArgumentKind.TEXT: str,
    ArgumentKind.TEXTS: list[str],
    ArgumentKind.COMPANY: str,
    ArgumentKind.COMPANIES: list[str],
    ArgumentKind.DAY: str,
    ArgumentKind.NUMBER: int,
    ArgumentKind.SWITCH: bool,
}
_LIMITS: Mapping[ArgumentKind, Mapping[str, Any]] = {
    ArgumentKind.TEXT: {"max_length": 1000},
    ArgumentKind.COMPANY: {"max_length": 100},
    ArgumentKind.NUMBER: {"ge": 1, "le": 200},
    ArgumentKind.DAY: {"json_schema_extra": {"format": "date"}},
}
_WORDS: Mapping[ArgumentKind, str] = {
    ArgumentKind.COMPANY: "A ticker or a CIK.",
    ArgumentKind.COMPANIES: "Tickers or CIKs; repeated for several.",
    ArgumentKind.DAY: "A day, as in 2024-06-30.",
    ArgumentKind.TEXTS: "Repeated for several.",
}
_ABOUT: Mapping[str, str] = {
    "as_of": "Use only what was known at the end of this day; today by default. Future days are rejected.",
    "as_filed": "Share figures as they were filed, not in today's shares.",
    "columns": "Number of newest columns; all by default.",
    "concept": "A concept such as us-gaap:Revenues; a bare tag is one of us-gaap.",
    "exact": "Decimal numbers instead of floating-point numbers.",
    "k": "Number of passages.",
    "known_on": "The day on which each figure became known instead of the figure.",
    "limit": "Maximum number of rows.",
    "measure": "A line of a statement, or a ratio.",
    "period_end": "Last day of the period; the newest period by default.",
    "periods": "Number of newest periods; all by default.",
    "points": "Number of newest points.",
    "query": "Words to search for.",
    "source": "Only this source; the one that fits best by default.",
}
_MOST: Mapping[str, int] = {"limit": 10_000, "k": MOST_HITS}
_CHOICES: Mapping[str, type[StrEnum]] = {"kind": StatementKind, "period": PeriodKind, "every": Every}


def _parameter(argument: Argument) -> inspect.Parameter:
    described: dict[str, Any] = {"description": _ABOUT.get(argument.name, _WORDS.get(argument.kind))}
    described |= _LIMITS.get(argument.kind, {})
    if argument.name in _MOST:
        described["le"] = _MOST[argument.name]
    if (choices := _CHOICES.get(argument.name)) is not None:
        described["description"] = f"One of {', '.join(choices)}."
        described["json_schema_extra"] = {"enum": [each.value for each in choices]}
    annotation = _TYPES[argument.kind]
    default = argument.default
    if argument.kind in (ArgumentKind.TEXTS, ArgumentKind.COMPANIES):
        default = default if argument.is_required else None
    if default is None:
        annotation |= None
    return inspect.Parameter(
        argument.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[annotation, Query(**described)]
    )


def _endpoint(question: FrameQuestion) -> Callable[..., Awaitable[Response]]:
    async def endpoint(*, request: Request, workbench: TheWorkbench, caller: TheCaller, **given: Any) -> Response:
        form = preferred(request.headers.get("accept", ""), {each.media_type: each for each in TableFormat})
        research = CallerResearch(workbench, caller)
        values = {name: value for name, value in given.items() if value is not None}

        def content() -> bytes:
            from workbench.analysis.frame_files import write_frame  # imports pandas, which takes memory and time

            return write_frame(question.ask(research, values), form)

        body = await anyio.to_thread.run_sync(content, limiter=_AT_ONCE)
        return tagged(request, body, form.media_type)

    own = list(inspect.signature(endpoint, eval_str=True).parameters.values())[:3]
    parameters = [*own, *map(_parameter, question.arguments)]
    endpoint.__signature__ = inspect.Signature(parameters, return_annotation=Response)  # type: ignore[attr-defined]
    return endpoint


for _question in frame_questions().values():
    router.add_api_route(
        f"/{_question.name}",
        _endpoint(_question),
        name=f"frame_{_question.name}",
        summary=f"The table `{_question.name}` of the Python client",
        description=f"{_question.description}\n\nCSV, or by `Accept` Parquet or Arrow, which has every type.",
        response_class=Response,
        responses={200: _FILES, **problems(400, 401, 404, 422)},
    )
