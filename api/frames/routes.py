"""The tables of the Python client: a route for each question of a notebook, as a file."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import TheCaller, TheSlowWork, TheWorkbench
from api.frames.arguments import query_parameter
from api.media_types import preferred
from api.problems import TABLE_FILES, problems
from api.responses import tagged
from workbench.analysis.table_files import TableFormat
from workbench.domain.as_of import parse_as_of, parse_day
from workbench.runtime.questions import ArgumentKind, CallerResearch, FrameQuestion, frame_questions

router = APIRouter(prefix="/frames", tags=["frames"])


def _endpoint(question: FrameQuestion) -> Callable[..., Awaitable[Response]]:
    async def endpoint(
        *, request: Request, workbench: TheWorkbench, slow_work: TheSlowWork, caller: TheCaller, **given: Any
    ) -> Response:
        form = preferred(request.headers.get("accept", ""), {each.media_type: each for each in TableFormat})
        research = CallerResearch(workbench, caller)
        values = {name: value for name, value in given.items() if value is not None}
        _check_days(question, values)

        def content() -> bytes:
            from workbench.analysis.frame_files import write_frame  # imports pandas, which takes memory and time

            return write_frame(question.ask(research, values), form)

        body = await slow_work(content)
        return tagged(request, body, form.media_type)

    own = list(inspect.signature(endpoint, eval_str=True).parameters.values())[:4]
    parameters = [*own, *(query_parameter(question, each) for each in question.arguments)]
    endpoint.__signature__ = inspect.Signature(parameters, return_annotation=Response)  # type: ignore[attr-defined]
    return endpoint


def _check_days(question: FrameQuestion, values: Mapping[str, Any]) -> None:
    """Raises InvalidRequest and FutureDate for what is no day, also where a question would not need it for its answer."""
    for argument in question.arguments:
        if argument.kind is ArgumentKind.DAY and argument.name in values:
            (parse_as_of if argument.name == "as_of" else parse_day)(values[argument.name])


for _question in frame_questions().values():
    router.add_api_route(
        f"/{_question.name}",
        _endpoint(_question),
        name=f"frame_{_question.name}",
        summary=f"The table `{_question.name}` of the Python client",
        description=f"{_question.description}\n\nCSV, or by `Accept` Parquet or Arrow, which has every type.",
        response_class=Response,
        responses={200: TABLE_FILES, **problems(400, 401, 404, 422)},
    )
