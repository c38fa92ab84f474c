"""Report runs: list, start, download and compare."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, Offset, Question, TheCaller, TheSlowWork, TheWorkbench
from api.idempotency import MAKES_ONCE
from api.paging import cut
from api.problems import problems
from api.reports.requests import ReportOrder, ScheduleOrder
from api.responses import json_response, tagged
from api.tables import TableRoute
from db.operations import reports as db_reports
from db.operations.tasks import task_of_report
from workbench.analysis.operations.report_figures import (
    ReportAnswer,
    ReportComparisonAnswer,
    ReportPage,
    ScheduleAnswer,
    SchedulesAnswer,
    comparison_of_runs_document,
    report_page,
    run_document,
)
from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.reports import ReportRun, ReportSchedule
from workbench.reports import saved_runs
from workbench.reports.notebooks import project_notebook
from workbench.reports.pdf import to_pdf
from workbench.reports.report_queue import ReportQueue, cancel_run
from workbench.reports.schedules import add as add_schedule
from workbench.reports.schedules import schedule_document
from workbench.runtime import Workbench

router = APIRouter(prefix="/reports", tags=["reports"], route_class=TableRoute)

ScheduleName = Annotated[str, Path(description="The name of the schedule.", max_length=200, examples=["apple-weekly"])]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of the run.", examples=[7])]


class FileFormat(StrEnum):
    """The page of a run as HTML or PDF, or its figures with their sources as XLSX or JSONL."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    JSONL = "jsonl"


_MEDIA = {
    FileFormat.HTML: "text/html; charset=utf-8",
    FileFormat.PDF: "application/pdf",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.JSONL: "application/x-ndjson",
}
# A notebook's page has its own scripts: the sandbox lets them run without access to this site or any other host.
_SANDBOX = {"Content-Security-Policy": "sandbox allow-scripts; default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"}
_FILES: dict[str, Any] = {"content": {media: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA.values()}}


@router.get("", summary="Report runs", response_model=ReportPage, responses=problems(400, 401, 422))
async def list_reports(
    *,
    request: Request,
    ask: Question,
    as_of: AsOf,
    caller: TheCaller,
    notebook: Annotated[str | None, Query(max_length=100, description="Only runs of this notebook.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """The caller's runs and shared ones, newest first. With `as_of`, only runs whose data was known by that day."""
    runs = await ask(db_reports.list_runs, notebook=notebook, as_of=as_of, limit=limit + 1, offset=offset, caller=caller)
    return json_response(request, report_page(*cut(runs, limit, offset)))


@router.post(
    "",
    summary="Run a report",
    dependencies=[MAKES_ONCE],
    response_model=ReportAnswer,
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(400, 401, 403, 404, 422, 503),
)
async def start_report(request: Request, workbench: TheWorkbench, caller: TheCaller, order: ReportOrder) -> Response:
    """Starts a run and returns immediately; the header `Location` has its task. Reports run one after another."""
    queue: ReportQueue = request.app.state.reports

    def start() -> tuple[ReportRun, int | None]:
        if (order.rerun is None) == (order.notebook is None):
            raise InvalidRequest("name either a notebook or the number of a run to repeat")
        if order.rerun is not None:
            number = queue.start_again(order.rerun, caller)
        else:
            number = queue.start_named(order.notebook or "", order.parameters, caller)
        with workbench.database.read() as connection:
            return db_reports.get_run(connection, number, caller), task_of_report(connection, number)

    run, task = await anyio.to_thread.run_sync(start)
    answer = json_response(request, run_document(run))
    answer.status_code = HTTPStatus.ACCEPTED
    if task is not None:
        answer.headers["Location"] = f"/api/v1/tasks/{task}"
    return answer


@router.get("/schedules", summary="Scheduled reports", response_model=SchedulesAnswer, responses=problems(401))
async def list_schedules(request: Request, ask: Question, caller: TheCaller) -> Response:
    """The caller's scheduled reports and those shared with the caller's role, each with the time of its next run."""
    now = datetime.now(UTC)
    schedules = await ask(db_reports.list_schedules, caller)
    return json_response(request, {"schedules": [schedule_document(each, now) for each in schedules]})


@router.put(
    "/schedules/{name}",
    summary="Schedule a report",
    response_model=ScheduleAnswer,
    responses=problems(400, 401, 403, 404, 422),
)
async def put_schedule(
    *, request: Request, workbench: TheWorkbench, caller: TheCaller, name: ScheduleName, order: ScheduleOrder
) -> Response:
    """Adds a schedule, or changes the caller's one of this name."""

    def save() -> ReportSchedule:
        notebook = project_notebook(order.notebook).name  # a file of the server cannot be named
        given = [f"{key}={value}" for key, value in order.parameters.items()]
        return add_schedule(
            workbench, name, notebook, given, order.cron,
            recipients=order.recipients, failure_channel=order.failure_channel, caller=caller,
        )  # fmt: skip

    return json_response(request, schedule_document(await anyio.to_thread.run_sync(save), datetime.now(UTC)))


@router.delete(
    "/schedules/{name}",
    summary="Remove a schedule",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    responses=problems(401, 403, 404, 409, 422),
)
async def remove_schedule(
    workbench: TheWorkbench,
    caller: TheCaller,
    name: ScheduleName,
    owner: Annotated[str | None, Query(max_length=100, description="Whose it is; by default the caller's.")] = None,
) -> Response:
    """Removes a schedule of the caller's; administrators also remove those of others. Its runs stay."""

    def remove() -> None:
        with workbench.database.write() as connection:
            db_reports.delete_schedule(connection, name, caller, owner=owner)

    await anyio.to_thread.run_sync(remove)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/{number}", summary="One report run", response_model=ReportAnswer, responses=problems(401, 404, 422))
async def get_report(request: Request, ask: Question, caller: TheCaller, number: Number) -> Response:
    """The parameters, progress and data versions of a run."""
    return json_response(request, run_document(await ask(db_reports.get_run, number, caller)))


@router.post(
    "/{number}/cancel",
    summary="Cancel a report run",
    response_model=ReportAnswer,
    responses=problems(401, 403, 404, 409, 422),
)
async def cancel_report(
    request: Request, ask: Question, workbench: TheWorkbench, caller: TheCaller, number: Number
) -> Response:
    """Ends a run of the caller's: one that waits does not begin, and one that runs fails within seconds."""
    await anyio.to_thread.run_sync(cancel_run, workbench, number, caller)
    return json_response(request, run_document(await ask(db_reports.get_run, number, caller)))


@router.get(
    "/{number}/file", summary="Download a report", response_class=Response, responses={200: _FILES, **problems(401, 404, 422)}
)
async def get_file(
    *,
    request: Request,
    ask: Question,
    slow_work: TheSlowWork,
    workbench: TheWorkbench,
    caller: TheCaller,
    number: Number,
    format: Annotated[
        FileFormat, Query(description="The page as HTML or PDF, or the figures as XLSX or JSONL.")
    ] = FileFormat.HTML,
) -> Response:
    """The page as HTML, or as PDF if Chromium is installed; the figures with their sources as XLSX or JSON lines."""
    run = await ask(db_reports.get_run, number, caller)
    content = await slow_work(partial(_content, workbench, run, format))
    more = dict(_SANDBOX) if format is FileFormat.HTML else {}
    if format is not FileFormat.HTML:
        more["Content-Disposition"] = f'attachment; filename="{run.notebook}-{run.report_id}.{format}"'
    return tagged(request, content, _MEDIA[format], more)


def _content(workbench: Workbench, run: ReportRun, format: FileFormat) -> bytes:
    if format is FileFormat.XLSX:
        return saved_runs.workbook_of_run(workbench, run)
    if format is FileFormat.JSONL:
        return saved_runs.lines_of_run(workbench, run).encode()
    html = saved_runs.html_of_run(workbench, run)
    return to_pdf(html) if format is FileFormat.PDF else html.encode()


@router.get(
    "/{number}/comparison",
    summary="Compare two report runs",
    response_model=ReportComparisonAnswer,
    responses=problems(400, 401, 404, 422),
)
async def compare_reports(
    *,
    request: Request,
    ask: Question,
    slow_work: TheSlowWork,
    workbench: TheWorkbench,
    caller: TheCaller,
    number: Number,
    other: Annotated[int, Query(alias="with", ge=1, le=2**31 - 1, description="The later run.", examples=[9])],
    limit: Limit = 500,
) -> Response:
    """The figures that differ between this run and the later one, each with the reason."""
    before = await ask(db_reports.get_run, number, caller)
    after = await ask(db_reports.get_run, other, caller)
    differences = await slow_work(partial(saved_runs.compare_saved_runs, workbench, before, after))
    return json_response(request, comparison_of_runs_document(differences, limit=limit))
