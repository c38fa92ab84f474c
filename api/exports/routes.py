"""Exports: large tables that a task writes to a file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import anyio
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from api.deps import TheCaller, TheWorkbench
from api.frames.arguments import arguments_model
from api.idempotency import MAKES_ONCE, OnceRoute
from api.problems import problems
from api.tasks.accepted import accepted
from workbench.analysis.operations.task_json import TaskAnswer
from workbench.analysis.table_files import TableFormat
from workbench.runtime.exports import question_called, queue_export
from workbench.runtime.questions import FrameQuestion

router = APIRouter(prefix="/exports", tags=["tasks"], route_class=OnceRoute)


class ExportOrder(BaseModel):
    """A table of the Python client, as `/frames/{table}` gives it, and the format of its file."""

    table: str = Field(max_length=100, description="The name of a table, such as screen.", examples=["screen"])
    arguments: dict[str, Any] = Field(default_factory=dict, description="The parameters of `/frames/{table}`, lists as lists.")
    format: TableFormat = TableFormat.PARQUET
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"table": "screen", "arguments": {"where": ["revenue >= 10B"]}, "format": "csv"}},
    )


@router.post(
    "",
    summary="Export a table",
    dependencies=[MAKES_ONCE],
    response_model=TaskAnswer,
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(400, 401, 403, 404, 422, 503),
)
async def export(request: Request, workbench: TheWorkbench, caller: TheCaller, order: ExportOrder) -> Response:
    """Queues a task that writes the table to a file, and returns immediately; the header `Location` has its address.

    When the task has finished, its file is at `/tasks/{task}/file`.
    """
    question = question_called(order.table)
    arguments = _checked(question, order.arguments)
    state = await anyio.to_thread.run_sync(queue_export, workbench, question, arguments, order.format, caller)
    return accepted(request, state)


def _checked(question: FrameQuestion, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments that were given; raises RequestValidationError as the route of the table does."""
    try:
        given = arguments_model(question).model_validate(arguments)
    except ValidationError as error:
        wrong = [{**each, "loc": ("body", "arguments", *each["loc"])} for each in error.errors(include_context=False)]
        raise RequestValidationError(wrong) from None
    return given.model_dump(mode="json", exclude_unset=True, exclude_none=True)
