"""Tasks: their state, its changes as they happen, and their cancelling."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

import anyio
import orjson
from fastapi import APIRouter, Path, Request
from starlette.responses import Response, StreamingResponse

from api.deps import Limit, Offset, Question, TheCaller, TheWorkbench
from api.paging import cut
from api.problems import TABLE_FILES, problems
from api.responses import json_response, tagged
from api.tables import TableRoute
from db.operations import tasks
from workbench.analysis.operations.task_json import TaskAnswer, TaskPage, task_answer, task_page
from workbench.domain.errors import NotFound, QueueFull
from workbench.domain.operations.tasks import TaskState
from workbench.reports import report_queue
from workbench.runtime.exports import read_export

router = APIRouter(prefix="/tasks", tags=["tasks"], route_class=TableRoute)

Number = Annotated[int, Path(ge=1, le=2**62, description="The number of a task.", examples=[1])]

_LOOK_SECONDS, _LONGEST_SECONDS, _BEAT_SECONDS = 1.0, 600.0, 15.0
# A stream holds its request for minutes; more of them would take the place of other requests.
_STREAMS = anyio.CapacityLimiter(50)


@router.get("", summary="Tasks", response_model=TaskPage, responses=problems(400, 401, 422))
async def list_tasks(*, request: Request, ask: Question, caller: TheCaller, limit: Limit = 50, offset: Offset = 0) -> Response:
    """The caller's tasks, newest first. Tasks that ended days ago are removed."""
    rows = await ask(tasks.list_tasks, caller, limit=limit + 1, offset=offset)
    return json_response(request, task_page(*cut(rows, limit, offset)))


@router.get("/{task}", summary="One task", response_model=TaskAnswer, responses=problems(401, 404, 422))
async def get_task(request: Request, ask: Question, caller: TheCaller, task: Number) -> Response:
    """The state of a task and its progress; poll it, or read its events."""
    return json_response(request, task_answer(await ask(tasks.task_state, task, caller)))


@router.post("/{task}/cancel", summary="Cancel a task", response_model=TaskAnswer, responses=problems(401, 403, 404, 409, 422))
async def cancel(request: Request, workbench: TheWorkbench, caller: TheCaller, task: Number) -> Response:
    """Cancels a task. One that waits is `cancelled` by this answer; one that runs has `cancel_requested_at` and ends within
    seconds, `cancelled` without a result, or `finished` if its work was complete by then.
    """
    state = await anyio.to_thread.run_sync(report_queue.cancel, workbench, task, caller)
    return json_response(request, task_answer(state))


@router.get(
    "/{task}/file",
    summary="The file of an export",
    response_class=Response,
    responses={200: TABLE_FILES, **problems(401, 404, 409, 422)},
)
async def get_file(request: Request, workbench: TheWorkbench, caller: TheCaller, task: Number) -> Response:
    """The table that the task has written, in the format that was asked for. It is gone with the record of the task."""
    table, content, form = await anyio.to_thread.run_sync(read_export, workbench, task, caller)
    headers = {"Content-Disposition": f'attachment; filename="{table}-{task}.{form}"'}
    return tagged(request, content, form.media_type, headers)


@router.get(
    "/{task}/events",
    summary="Events of a task",
    response_class=StreamingResponse,
    responses={
        200: {"description": "Server-sent events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **problems(401, 404, 422, 503),
    },
)
async def follow(ask: Question, caller: TheCaller, task: Number) -> Response:
    """The state of the task now and after each change, as server-sent events named `task`, until it has ended.

    The stream ends after ten minutes at the latest; a client then connects again.
    """

    async def look() -> TaskState:
        return await ask(tasks.task_state, task, caller)

    first = await look()
    if _STREAMS.available_tokens < 1:
        raise QueueFull("too many streams of events are open", retry_after_seconds=30)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(first, look), media_type="text/event-stream", headers=headers)


async def _events(state: TaskState, look: Callable[[], Awaitable[TaskState]]) -> AsyncIterator[bytes]:
    """Frames of the event stream: one for each change of the state, and a comment where nothing changed for long."""
    async with _STREAMS:
        yield _frame(state)
        quiet, left = 0.0, _LONGEST_SECONDS
        while not state.has_ended and left > 0:
            await anyio.sleep(_LOOK_SECONDS)
            try:
                before, state = state, await look()
            except NotFound:
                return  # removed meanwhile
            quiet, left = quiet + _LOOK_SECONDS, left - _LOOK_SECONDS
            if state != before:
                yield _frame(state)
            elif quiet >= _BEAT_SECONDS:
                yield b":\n\n"
            else:
                continue
            quiet = 0.0


def _frame(state: TaskState) -> bytes:
    return b"event: task\ndata: " + orjson.dumps(task_answer(state)) + b"\n\n"
