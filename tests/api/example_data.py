"""A workbench with something behind every route: two companies of the starter data, and what people add to it.

Texts of filings and inline facts are not part of the starter data; those here are made up.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import SecretStr

from db.alerts import watchlists
from db.companies import resolve
from db.engine import Connection
from db.filings.filing_index import save_filings
from db.operations import reports as db_reports
from db.operations.snapshots import snapshot
from db.statements.as_known import statement
from tests import inline_filing, two_reports
from tests.notifiers import MemoryNotifier
from workbench.analysis.operations.report_figures import to_lines
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.filings.filing import Filing, NewDocument
from workbench.domain.identity import Accession, Cik
from workbench.domain.operations.reports import report_figures
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.ingest import archive
from workbench.ingest.alerts import notices
from workbench.ingest.filings.documents import index_document
from workbench.ingest.filings.uploads import Description, add_document
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.ingest.search.passages import embed_missing
from workbench.ingest.starter.load import load_starter, packaged_file
from workbench.parse.starter import decode, encode
from workbench.reports.manifest import make_manifest
from workbench.reports.notebooks import code_cells, find_notebook, load_notebook, report_day, title_of
from workbench.runtime import Workbench
from workbench.settings import Alerts, Settings

APPLE, NVIDIA = Cik(320193), Cik(1045810)
# Two annual reports that the index of the starter data has.
REPORTS = (
    (Accession("0000320193-23-000106"), date(2023, 11, 3), two_reports.annual(two_reports.OLD_RISKS)),
    (Accession("0000320193-24-000123"), date(2024, 11, 1), two_reports.annual(two_reports.NEW_RISKS)),
)
NOTE = b"<html><body><h1>Broker note</h1><p>Services grow twice as fast as devices, at twice the margin.</p></body></html>"
# Alerts look at filings of the last days: this one is of today, whenever that is.
NEWS = Filing(APPLE, Accession("0000320193-26-000901"), "10-Q", datetime.now(UTC).date())
OWNER = "local"
NOW = datetime(2026, 6, 30, 9, tzinfo=UTC)


def settings_for_examples(home: Path) -> Settings:
    """Embedded settings with a contact for the SEC and one channel, which nothing is sent through."""
    return Settings(
        contact="Ada Analyst ada@example.org", home=home, alerts=Alerts(channels={"ops": SecretStr("json://127.0.0.1:9/")})
    )


def fill(workbench: Workbench, scratch: Path) -> None:
    """Loads all of it into the empty, migrated database of `workbench`, in some seconds."""
    chosen = encode(decode(packaged_file(), only=(APPLE, NVIDIA)))
    load_starter(workbench.database, workbench.objects, content=chosen)
    inline_filing.ingest(workbench.database, workbench.objects, inline_filing.build(scratch / "edgar"))
    with workbench.database.write() as connection:
        _index_reports(connection, workbench)
        watchlists.create(connection, OWNER, "chips")
        watchlists.add_members(connection, OWNER, "chips", [resolve(connection, name).cik for name in ("AAPL", "NVDA")])
        db_reports.save_schedule(
            connection, "apple-daily", notebook="company_review", parameters={"ticker": "AAPL"}, cron="0 6 * * *"
        )
    said = Description("AAPL", "NOTE", date(2024, 5, 1), "Broker note")
    add_document(workbench.database, workbench.objects, content=NOTE, name="broker-note.html", description=said)
    embed_missing(workbench.database, workbench.embedder)
    refresh_metrics(workbench.database)
    _run_reports(workbench)
    _send_notice(workbench)


def _index_reports(connection: Connection, workbench: Workbench) -> None:
    for accession, filed_on, content in REPORTS:
        new = NewDocument(
            name=f"aapl-{filed_on:%Y%m%d}.htm",
            origin="filing",
            sha256=archive.store(workbench.objects, content),
            form="10-K",
            cik=APPLE,
            accession=accession,
            filed_on=filed_on,
        )
        index_document(connection, workbench.objects, content, new)


def _run_reports(workbench: Workbench) -> None:
    """Saves two runs of a notebook, as a run saves them: with the figures of a statement, as of two days."""
    notebook = load_notebook(find_notebook("company_review"))
    for day in ("2024-10-31", "2024-12-31"):
        parameters = {**notebook.defaults, "ticker": "AAPL", "as_of": day, "periods": 2}
        as_of = report_day(parameters)
        with workbench.database.write() as connection:
            number = db_reports.begin_run(
                connection, notebook=notebook.name, title=title_of(notebook, parameters), parameters=parameters, as_of=as_of,
                cells=code_cells(notebook),
            )  # fmt: skip
            apple = resolve(connection, "AAPL")
            table = statement(connection, apple, StatementKind.INCOME, PeriodKind.ANNUAL, as_of, limit_periods=2)
            figures = report_figures(table)
            manifest = make_manifest(notebook, parameters, snapshot(connection, as_of), (), figures)
            db_reports.finish_run(
                connection,
                number,
                manifest=manifest.as_document(),
                html_sha256=archive.store(workbench.objects, b"<html></html>"),
                figures_file_sha256=archive.store(workbench.objects, to_lines(figures).encode()),
                figures=len(figures),
            )


def _send_notice(workbench: Workbench) -> None:
    """Adds an alert, and a filing that it finds and sends a notification of."""
    notifier = MemoryNotifier()
    schedule = Schedule.parse(zone="Europe/Berlin", digest=None, at=None, weekday=None, quiet=None)
    notices.add_rule(
        workbench.database, notifier, owner=OWNER, condition="filing 10-K,10-Q", channel="ops", schedule=schedule,
        now=datetime.now(UTC), company="AAPL",
    )  # fmt: skip
    with workbench.database.write() as connection:
        save_filings(connection, [NEWS])
    notices.look(workbench.database, now=datetime.now(UTC))
    list(notices.send_due(workbench.database, notifier, clock=lambda: datetime.now(UTC), base=""))
