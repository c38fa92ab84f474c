"""Tasks as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, Page, PageFields, Schema, utc_text
from workbench.domain.operations.tasks import TaskKind, TaskState, TaskStatus


class TaskAnswer(TypedDict, closed=True):
    """Work that a request left to the process that runs jobs. `queued` and `running` are followed by one of the others."""

    task: int
    kind: TaskKind
    status: TaskStatus
    owner: Annotated[str | None, Schema(description="Who asked for it; null for the workbench's own.")]
    queued_at: IsoTime
    started_at: IsoTime | None
    finished_at: IsoTime | None
    cancel_requested_at: Annotated[
        IsoTime | None,
        Schema(description="When its owner asked for its end. One that runs ends within seconds, or has finished by then."),
    ]
    steps: Annotated[int | None, Schema(description="Cells of a report's notebook; null where steps are not counted.")]
    steps_done: int | None
    error: Annotated[str | None, Schema(description="Why it failed.")]
    result: Annotated[str | None, Schema(description="The path of what it makes, such as /api/v1/reports/7.")]


class TaskPage(PageFields, closed=True):
    """Tasks, newest first."""

    tasks: list[TaskAnswer]


def task_answer(state: TaskState) -> TaskAnswer:
    """One task."""
    return {
        "task": state.task_id,
        "kind": state.kind,
        "status": state.status,
        "owner": state.owner,
        "queued_at": utc_text(state.queued_at),
        "started_at": utc_text(state.started_at) if state.started_at else None,
        "finished_at": utc_text(state.finished_at) if state.finished_at else None,
        "cancel_requested_at": utc_text(state.cancel_requested_at) if state.cancel_requested_at else None,
        "steps": state.steps,
        "steps_done": state.steps_done,
        "error": state.error,
        "result": _result(state),
    }


def _result(state: TaskState) -> str | None:
    if state.kind is TaskKind.REPORT and state.report_id is not None:
        return f"/api/v1/reports/{state.report_id}"
    if state.kind is TaskKind.DOCUMENT and state.result is not None:
        return f"/api/v1/documents/{state.result}"
    if state.kind is TaskKind.EXPORT and state.status is TaskStatus.FINISHED:
        return f"/api/v1/tasks/{state.task_id}/file"
    if state.kind is TaskKind.COMPANY and state.result is not None:
        return f"/api/v1/companies/{state.result}"
    return None


def task_page(states: Iterable[TaskState], page: Page) -> TaskPage:
    """Part of a list of tasks, in the order given."""
    return {"tasks": [task_answer(state) for state in states], **page}
