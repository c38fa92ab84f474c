"""Companies that users ask for: loaded from the SEC by the process that runs jobs."""

from __future__ import annotations

from collections.abc import Sequence

from db.companies import resolve
from db.operations.tasks import add_task, note_result, task_state
from workbench.domain.errors import Conflict, NotFound, SetupError, SourceUnavailable
from workbench.domain.operations.runs import IngestReport
from workbench.domain.operations.tasks import Task, TaskKind, TaskState
from workbench.domain.rights.ownership import Caller
from workbench.ingest.companies import ingest_companies, parse_names
from workbench.ingest.filings.main_documents import parse_forms
from workbench.ingest.filings.upload_queue import queue_vectors
from workbench.runtime import Workbench
from workbench.runtime.sources import filing_source

_FAILED = ("failed", "quarantined")


def queue_company(workbench: Workbench, company: str, forms: str, caller: Caller) -> TaskState:
    """Queues the loading of a company in the caller's name; `forms` are those whose documents are loaded (`10-K,10-Q,8-K`).

    Raises InvalidIdentifier for what is neither ticker nor CIK, InvalidRequest for a form that is none, QueueFull, and
    Conflict where the settings do not let requests be sent to the SEC.
    """
    (name,), wanted = parse_names([company]), parse_forms(forms)
    try:
        with filing_source(workbench.settings):
            pass
    except SetupError as error:
        raise Conflict(error.message, hint=error.hint) from None
    waiting = workbench.settings.tasks.most_waiting
    with workbench.database.write() as connection:
        parameters = {"company": name, "forms": list(wanted)}
        task_id = add_task(connection, TaskKind.COMPANY, parameters, most_waiting=waiting, owner=caller.name)
        return task_state(connection, task_id, caller)


def load_queued(workbench: Workbench, task: Task) -> None:
    """Loads the company of a task, whose result is its CIK, and queues the vectors of its passages.

    A step that fails leaves what the others loaded. Raises NotFound for a ticker that no company has, and SourceUnavailable
    where a step failed.
    """
    name = task.parameters["company"]
    with filing_source(workbench.settings) as source:
        steps = ingest_companies(workbench.database, workbench.objects, source, [name], forms=task.parameters["forms"])
        reports = [report for _, report in steps]
    _raise_where_nothing_was_found(reports)
    with workbench.database.write() as connection:
        note_result(connection, task, str(resolve(connection, name).cik))
        queue_vectors(connection, most_waiting=workbench.settings.tasks.most_waiting)
    failed = [report for report in reports if report.outcome in _FAILED]
    if failed:
        raise SourceUnavailable(f"{len(failed)} of {len(reports)} steps failed; the first: {failed[0].error}")


def _raise_where_nothing_was_found(reports: Sequence[IngestReport]) -> None:
    company = next((report for report in reports if report.kind == "company"), None)
    if company is not None and company.outcome in _FAILED:
        raise NotFound(str(company.error))
