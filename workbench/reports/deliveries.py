"""Sends finished reports to the recipients of their schedules, and failures to the channel of the owner.

A delivery is saved with the end of its run, under run and recipient, and one process at a time claims it. If a process dies
while sending, the claim expires and the report is sent again with the same idempotency key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from db.operations import report_deliveries as db_deliveries
from db.operations import reports as db_reports
from workbench.adapters.browser import find_browser
from workbench.domain.alerts.notices import Message, MessageFile
from workbench.domain.errors import InvalidRequest, NotFound, SetupError, SourceError, SourceRefused
from workbench.domain.operations.report_deliveries import WEBHOOK, ReportDelivery
from workbench.domain.operations.reports import ReportRun, RunStatus
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.unit_of_work import Tally, run
from workbench.reports import saved_runs
from workbench.reports.pdf import to_pdf
from workbench.reports.tables import TEMPLATES
from workbench.reports.unsubscribing import unsubscribe_link
from workbench.runtime import Workbench

KIND = "report delivery"
# Longer than printing and any channel take.
LEASE = timedelta(minutes=15)
MOST_ATTEMPTS = 8
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)


def send_due(workbench: Workbench, clock: Callable[[], datetime]) -> Iterator[IngestReport]:
    """Sends every delivery that is due, one after the other, and yields a report of each."""
    while True:
        with workbench.database.write() as connection:
            delivery = db_deliveries.claim_delivery(connection, clock(), lease=LEASE)
        if delivery is None:
            return
        yield run(workbench.database, KIND, delivery.key, partial(_send, workbench, delivery, clock))


def _send(workbench: Workbench, delivery: ReportDelivery, clock: Callable[[], datetime], tally: Tally) -> None:
    try:
        with workbench.database.read() as connection:
            report = db_reports.get_run(connection, delivery.report_id)
        message = compose(workbench, report, delivery)
        if delivery.recipient.startswith(WEBHOOK):
            workbench.webhooks.send(delivery.recipient.removeprefix(WEBHOOK), message)
        else:
            workbench.notifier.send(delivery.recipient, message)
    except (SourceRefused, NotFound, SetupError, InvalidRequest) as error:
        with workbench.database.write() as connection:
            db_deliveries.note_failed(connection, delivery, error.with_hint)
        raise
    except SourceError as error:
        _try_later(workbench, delivery, error, clock())
        raise
    with workbench.database.write() as connection:
        db_deliveries.note_sent(connection, delivery, clock())
    tally.saved["reports"] = 1


def _try_later(workbench: Workbench, delivery: ReportDelivery, error: SourceError, now: datetime) -> None:
    pause = min(_FIRST_PAUSE * 2 ** (delivery.attempts - 1), _LONGEST_PAUSE)
    if error.retry_after_seconds is not None:
        pause = max(pause, timedelta(seconds=error.retry_after_seconds))
    with workbench.database.write() as connection:
        if delivery.attempts >= MOST_ATTEMPTS:
            db_deliveries.note_failed(connection, delivery, str(error))
        else:
            db_deliveries.note_retry(connection, delivery, str(error), now + pause)


def compose(workbench: Workbench, report: ReportRun, delivery: ReportDelivery) -> Message:
    """The message of a finished run, with its page, a PDF where Chromium is there, and its figures; or of a failed run, with
    the notebook that has the error.
    """
    is_failed = report.status is RunStatus.FAILED
    title = f"Failed: {report.title}" if is_failed else report.title
    link = f"{workbench.settings.server.address}/reports?report={report.report_id}"
    stop = unsubscribe_link(workbench, report, delivery)
    named = {"report": report, "is_failed": is_failed, "link": link, "unsubscribe": stop}
    text, html = TEMPLATES.text("delivery.txt", **named), TEMPLATES.render("delivery.html", **named)
    return Message(delivery.key, title, text, html, tuple(_files(workbench, report)), stop)


def _files(workbench: Workbench, report: ReportRun) -> Iterator[MessageFile]:
    name = f"{report.notebook}-{report.as_of}-{report.report_id}"
    if report.status is RunStatus.FAILED:
        if report.failed_notebook_sha256 is not None:
            notebook = saved_runs.failed_notebook(workbench, report)
            yield MessageFile(f"{name}.ipynb", "application/x-ipynb+json", notebook.encode())
        return
    html = saved_runs.html_of_run(workbench, report)
    yield MessageFile(f"{name}.html", "text/html", html.encode())
    if find_browser() is not None:
        yield MessageFile(f"{name}.pdf", "application/pdf", to_pdf(html))
    workbook = saved_runs.workbook_of_run(workbench, report)
    yield MessageFile(f"{name}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook)
