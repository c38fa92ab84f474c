"""Exports: a table of the Python client, written to a file by the process that runs jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.operations.tasks import add_task, task_state
from db.ownership import caller_called
from workbench.analysis.table_files import TableFormat
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.operations.cancellation import check_cancelled
from workbench.domain.operations.tasks import Task, TaskKind, TaskState, TaskStatus
from workbench.domain.rights.ownership import LOCAL_USER, Caller
from workbench.ingest.operations.task_files import export_key
from workbench.runtime import Workbench
from workbench.runtime.questions import CallerResearch, FrameQuestion, frame_questions


def question_called(table: str) -> FrameQuestion:
    """The question whose answer is this table; raises NotFound."""
    question = frame_questions().get(table)
    if question is None:
        raise NotFound(f"there is no table {table!r}", hint=f"the tables are {', '.join(frame_questions())}")
    return question


def queue_export(
    workbench: Workbench, question: FrameQuestion, arguments: Mapping[str, Any], form: TableFormat, caller: Caller
) -> TaskState:
    """Queues the writing of a table in the caller's name; raises QueueFull."""
    parameters = {"table": question.name, "arguments": dict(arguments), "format": form.value}
    waiting = workbench.settings.tasks.most_waiting
    with workbench.database.write() as connection:
        task_id = add_task(connection, TaskKind.EXPORT, parameters, most_waiting=waiting, owner=caller.name)
        return task_state(connection, task_id, caller)


def write_export(workbench: Workbench, task: Task) -> None:
    """Writes the file of an export with the rights that its owner has now; raises as the method does.

    One that is cancelled raises Interrupted, also when its file is there already; the caller removes that.
    """
    from workbench.analysis.frame_files import write_frame  # imports pandas, which takes memory and time

    with workbench.database.read() as connection:
        caller = caller_called(connection, task.owner or LOCAL_USER)
    form = TableFormat(task.parameters["format"])
    frame = question_called(task.parameters["table"]).ask(CallerResearch(workbench, caller), task.parameters["arguments"])
    check_cancelled()
    workbench.objects.put(export_key(task.task_id), write_frame(frame, form), media_type=form.media_type)
    check_cancelled()


def read_export(workbench: Workbench, task_id: int, caller: Caller) -> tuple[str, bytes, TableFormat]:
    """The name, content and format of the file of the caller's export.

    Raises NotFound, also for a task that writes no file, and Conflict for one that has not finished.
    """
    with workbench.database.read() as connection:
        state = task_state(connection, task_id, caller)
    if state.export is None:
        raise NotFound(f"task {task_id} writes no file")
    if state.status is not TaskStatus.FINISHED:
        raise Conflict(f"task {task_id} is {state.status.value}", hint="its file is there when it has finished")
    form = TableFormat(state.export["format"])
    return state.export["table"], workbench.objects.get(export_key(task_id)), form
