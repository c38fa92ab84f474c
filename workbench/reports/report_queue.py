"""Reports that are run in the background: ordered in the queue of tasks, run by the process that works it off."""

from __future__ import annotations

from collections.abc import Mapping

from db.engine import Connection
from db.operations import reports as db_reports
from db.operations.tasks import add_task, cancel_task, task_of_report, task_state
from db.ownership import caller_called
from workbench.domain.operations.reports import RunStatus, Value
from workbench.domain.operations.tasks import TaskKind, TaskState
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.ingest.operations.task_files import delete_task_files
from workbench.reports.notebooks import parse_parameters, project_notebook
from workbench.reports.saved_runs import begin, run_begun
from workbench.runtime import Workbench


class ReportQueue:
    """Orders runs of reports; the database has the progress of each."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench

    def start_named(self, name: str, parameters: Mapping[str, Value], caller: Caller = LOCAL) -> int:
        """Queues a run of the caller's of a notebook of this project and returns its id at once.

        Raises NotFound, InvalidRequest for a wrong parameter, and QueueFull when too many wait.
        """
        notebook = project_notebook(name)
        values = parse_parameters(notebook, [f"{key}={value}" for key, value in parameters.items()])
        waiting = self._workbench.settings.tasks.most_waiting
        with self._workbench.database.write() as connection:
            report_id = begin(connection, notebook, values, caller=caller)
            parameters_of_task = {"report_id": report_id}
            add_task(connection, TaskKind.REPORT, parameters_of_task, most_waiting=waiting, owner=caller.name)
        return report_id

    def start_again(self, report_id: int, caller: Caller = LOCAL) -> int:
        """Repeats a saved run as the caller's own; raises NotFound, also for one that the caller may not read."""
        with self._workbench.database.read() as connection:
            run = db_reports.get_run(connection, report_id, caller)
        return self.start_named(run.notebook, run.parameters, caller)


def cancel(workbench: Workbench, task_id: int, caller: Caller = LOCAL) -> TaskState:
    """Cancels a task of the caller's, and returns its state: one that waits has ended, one that runs ends within seconds.

    The report that it would have run has failed. Raises NotFound, and Conflict for a task that has ended.
    """
    with workbench.database.write() as connection:
        state = task_state(connection, task_id, caller)
        if state.report_id is not None and not state.has_ended:
            db_reports.request_cancel(connection, state.report_id)  # locked before its task, as `cancel_run` does
        state = _cancel_task(connection, task_id, caller)
    if state.has_ended:
        delete_task_files(workbench.objects, task_id)
    return state


def cancel_run(workbench: Workbench, report_id: int, caller: Caller = LOCAL) -> None:
    """Cancels a run of the caller's: one that waits does not begin, and one that runs ends within seconds.

    Raises NotFound, also for somebody else's run, and Conflict for one that has ended.
    """
    with workbench.database.write() as connection:
        db_reports.request_cancel(connection, report_id, caller)
        task_id = task_of_report(connection, report_id)
        if task_id is not None and not task_state(connection, task_id).has_ended:
            _cancel_task(connection, task_id)


def _cancel_task(connection: Connection, task_id: int, caller: Caller = LOCAL) -> TaskState:
    """Cancels the task; the run of a report that no process works on ends with it."""
    state = cancel_task(connection, task_id, caller)
    if state.has_ended and state.report_id is not None:
        error = "cancelled" if state.started_at else "cancelled before it began"
        db_reports.fail_run(connection, state.report_id, error=error)
    return state


def run_queued(workbench: Workbench, report_id: int) -> None:
    """Runs a queued report as its owner and saves the result, a failure too; raises as `make_report` does.

    A report that has ended, or was deleted meanwhile (NotFound), is not run again.
    """
    from jupyter_core.utils import ensure_event_loop

    with workbench.database.read() as connection:
        run = db_reports.get_run(connection, report_id)
        caller = caller_called(connection, run.owner)
    if run.status in (RunStatus.FINISHED, RunStatus.FAILED):
        return
    notebook = project_notebook(run.notebook)
    parameters = parse_parameters(notebook, [f"{name}={value}" for name, value in run.parameters.items()])
    try:
        with db_reports.while_running(workbench.database, report_id):
            run_begun(workbench, report_id, notebook, parameters, None, caller=caller)
    finally:
        ensure_event_loop().close()  # the one of this thread, in which the kernel was spoken to
