"""Answers to requests whose work is left to a task."""

from __future__ import annotations

import re
from http import HTTPStatus

from fastapi import Request
from starlette.responses import Response

from api.responses import json_response
from workbench.analysis.operations.task_json import task_answer
from workbench.domain.operations.tasks import TaskState

_ASYNC = "respond-async"


def is_left_to_a_task(request: Request, *, is_long: bool) -> bool:
    """Whether the caller is answered before the work is done: as preferred (RFC 7240), by default where it takes long."""
    preferences = _preferences(request)
    return _ASYNC in preferences or (is_long and "wait" not in preferences)


def _preferences(request: Request) -> set[str]:
    sent = ",".join(request.headers.getlist("prefer")).split(",")
    return {re.split("[;=]", each)[0].strip().lower() for each in sent}


def accepted(request: Request, state: TaskState) -> Response:
    """202 with the task and its address."""
    response = json_response(request, task_answer(state))
    response.status_code = HTTPStatus.ACCEPTED
    response.headers["Location"] = f"/api/v1/tasks/{state.task_id}"
    if _ASYNC in _preferences(request):
        response.headers["Preference-Applied"] = _ASYNC
    return response
