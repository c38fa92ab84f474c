"""Answers to requests whose work is left to a task."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request
from starlette.responses import Response

from api.responses import json_response
from workbench.analysis.operations.task_json import task_answer
from workbench.domain.operations.tasks import TaskState

_ASYNC = "respond-async"


def prefers_async(request: Request) -> bool:
    """Whether the caller asks not to wait for the work (RFC 7240)."""
    preferences = ",".join(request.headers.getlist("prefer")).split(",")
    return any(each.partition(";")[0].strip().lower() == _ASYNC for each in preferences)


def accepted(request: Request, state: TaskState) -> Response:
    """202 with the task and its address."""
    response = json_response(request, task_answer(state))
    response.status_code = HTTPStatus.ACCEPTED
    response.headers["Location"] = f"/api/v1/tasks/{state.task_id}"
    if prefers_async(request):
        response.headers["Preference-Applied"] = _ASYNC
    return response
