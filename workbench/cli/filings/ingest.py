"""`workbench ingest`: a company's filings, facts and documents, from the SEC or something laid out like it."""

from __future__ import annotations

import sys
from itertools import groupby
from operator import itemgetter
from typing import Annotated

import typer

from workbench import runtime
from workbench.cli.console import console, counted, note, say
from workbench.cli.filings.ingest_summary import company_line, is_trouble, step_record, summary_table
from workbench.cli.output import TableOrJson, write_json
from workbench.cli.progress import Total, progress
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.runs import IngestReport
from workbench.domain.operations.stored_settings import CONTACT
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.ingest.companies import ingest_companies, parse_names
from workbench.ingest.filings.main_documents import parse_forms
from workbench.ingest.search.passages import report_embedding
from workbench.runtime.sources import filing_source
from workbench.settings import Settings

EdgarSource = Annotated[
    str | None,
    typer.Option(
        metavar="URL-or-FOLDER",
        help="Where to load from: a base URL or a folder with the SEC's paths.",
        show_default="SEC EDGAR",
    ),
]


def ingest(
    companies: Annotated[list[str], typer.Argument(metavar="COMPANY", help="Tickers or CIKs.", show_default=False)],
    *,
    edgar: EdgarSource = None,
    forms: Annotated[
        str, typer.Option(help="Forms whose documents are loaded; amendments are forms of their own, such as 10-K/A.")
    ] = "10-K,10-Q,8-K",
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only documents filed on or after this date, such as 2020-01-01.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Read stored documents again, even those that are indexed.")] = False,
    output: TableOrJson = "table",
) -> None:
    """Load companies: filings, XBRL facts and documents.

    It can be repeated and interrupted safely. A company or document that fails does not stop the others; the exit code is
    then 1. JSON has one line for each step.
    """
    names, wanted, first_day = parse_names(companies), parse_forms(forms), parse_as_of(since)
    reports: list[tuple[str, IngestReport]] = []
    if_stopped = "everything loaded so far is saved; run the command again to continue"
    with (
        runtime.open_workbench() as workbench,
        filing_source(_with_contact(workbench, edgar), edgar, on_progress=_warn) as source,
        progress(if_stopped=if_stopped) as shown,
    ):
        steps = ingest_companies(
            workbench.database, workbench.objects, source, names,
            forms=wanted, since=first_day, again=again, progress=shown.step,
        )  # fmt: skip
        for number, (name, own) in enumerate(groupby(steps, key=itemgetter(0)), 1):
            first = len(reports)
            for step in own:
                reports.append(step)
                if output == "json":
                    write_json(step_record(*step))
            shown.complete(f"{number}/{len(names)} {company_line(name, [report for _, report in reports[first:]])}")
        embedded = Total(shown.counter("vectors"))
        vectors = report_embedding(workbench.database, workbench.embedder, progress=embedded.add, is_idle_recorded=False)
    if is_trouble(vectors):
        reports.append(("search", vectors))
        if output == "json":
            write_json(step_record("search", vectors))
    if output == "table":
        _print_tables(reports, embedded.count)
    if any(is_trouble(report) for _, report in reports):
        raise typer.Exit(1)


def _with_contact(workbench: runtime.Workbench, edgar: str | None) -> Settings:
    """The settings; on a terminal the contact for the SEC is asked for once, and stored."""
    settings = workbench.settings
    is_asked_for = (edgar or settings.edgar.url).lower().startswith(("http://", "https://"))
    if settings.contact or not is_asked_for or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return settings
    note(
        "The SEC requires a name and an e-mail address with each request. "
        "They are stored in the database and sent to the SEC only."
    )
    while True:
        contact = typer.prompt("Your name and e-mail address", err=True)
        try:
            workbench.stored_settings.store(CONTACT.name, contact, actor=LOCAL_USER)
        except InvalidRequest as error:
            _warn(error.with_hint)
            continue
        return workbench.settings


def _warn(line: str) -> None:
    note(line, "yellow")


def _print_tables(reports: list[tuple[str, IngestReport]], embedded: int) -> None:
    """One row a company with what is new; then each failure by itself, so that none is lost in a cell."""
    console.print(summary_table(reports))
    if embedded:
        say(f"Computed the vectors of {counted(embedded, 'passage')}.")
    for name, report in reports:
        if is_trouble(report):
            subject = "" if report.subject == name else f" {report.subject}"
            say(f"{name}: {report.kind}{subject} {report.outcome}: {report.error}", "red")
