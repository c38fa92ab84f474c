"""`workbench ingest`: a company's filings, facts and documents, from the SEC or something laid out like it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import console, error_console
from workbench.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.table import Table

    from workbench.domain.operations.runs import IngestReport
    from workbench.ingest.companies import Progress
    from workbench.settings import Settings


@app.command()
def ingest(
    companies: Annotated[list[str], typer.Argument(metavar="TICKER-or-CIK", help="Companies, by ticker or CIK.")],
    *,
    edgar: Annotated[str | None, typer.Option(help="The SEC (default), a base URL with the same paths, or a folder.")] = None,
    forms: Annotated[str, typer.Option(help="Forms whose documents are read, exactly as filed.")] = "10-K,10-Q,8-K",
    since: Annotated[str | None, typer.Option(help="Only documents filed on or after this day, such as 2020-01-01.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Read the archived documents again, indexed or not.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for each step instead of a table.")] = False,
) -> None:
    """Bring in companies: their filings, every XBRL fact, and the documents of the forms asked for.

    Safe to repeat and to interrupt. Ends with 1 when any company or document failed; the others are in all the same.
    An amendment is a form of its own: --forms 10-K,10-K/A.
    """
    from workbench.domain.as_of import parse_as_of
    from workbench.ingest.companies import ingest_companies, parse_names
    from workbench.ingest.filings.main_documents import parse_forms
    from workbench.ingest.search.passages import report_embedding
    from workbench.runtime import open_workbench
    from workbench.runtime.sources import filing_source

    names, wanted, first_day = parse_names(companies), parse_forms(forms), parse_as_of(since)
    settings = _with_contact(edgar)
    reports: list[tuple[str, IngestReport]] = []
    with filing_source(settings, edgar, told=_tell) as source, open_workbench(settings) as wb, _progress() as show:
        steps = ingest_companies(
            wb.database, wb.objects, source, names, forms=wanted, since=first_day, again=again, progress=show
        )
        for name, report in steps:
            reports.append((name, report))
            if as_json:
                _print_json(name, report)
        embedded = _Counter(lambda count: show("vectors", count, None))
        vectors = report_embedding(wb.database, wb.embedder, progress=embedded.add, is_idle_recorded=False)
    if vectors.outcome == "failed":
        reports.append(("search", vectors))
        if as_json:
            _print_json("search", vectors)
    if not as_json:
        _print_tables(reports, embedded.count)
    if any(report.outcome in ("failed", "quarantined") for _, report in reports):
        raise typer.Exit(1)


class _Counter:
    def __init__(self, show: Callable[[int], None]) -> None:
        self.count = 0
        self._show = show

    def add(self, number: int) -> None:
        self.count += number
        self._show(self.count)


def _with_contact(edgar: str | None) -> Settings:
    """The settings; at a terminal the contact for the SEC is asked for once, and kept."""
    from workbench.domain.errors import SetupError
    from workbench.settings import Settings
    from workbench.settings_file import keep_setting
    from workbench.sources.http import user_agent

    settings = Settings.load()
    is_asked_for = (edgar or settings.edgar.url).lower().startswith(("http://", "https://"))
    if settings.contact or not is_asked_for or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return settings
    error_console.print(
        "The SEC asks every program to say whose it is: a name and an e-mail address go with each request. "
        f"They are kept in {settings.home / 'workbench.env'} and sent to nobody else.",
        markup=False,
    )
    while True:
        contact = typer.prompt("Your name and e-mail address", err=True)
        try:
            user_agent(contact)
        except SetupError as error:
            error_console.print(error.message, style="yellow", markup=False)
            continue
        keep_setting(settings.home, "WORKBENCH_CONTACT", contact.strip())
        return Settings.load()


def _tell(line: str) -> None:
    error_console.print(line, style="yellow", markup=False, highlight=False)


@contextmanager
def _progress() -> Iterator[Progress]:
    """One line on standard error that says what is being done, where that is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=error_console, transient=True, disable=not error_console.is_terminal) as progress:
        task = progress.add_task("starting", total=None)

        def show(step: str, done: int, total: int | None) -> None:
            progress.tasks[0].total = total  # update() takes None for "as before"
            progress.update(task, description=step, completed=done)

        yield show


def _print_json(company: str, report: IngestReport) -> None:
    line: dict[str, Any] = {
        "company": company,
        "kind": report.kind,
        "subject": report.subject,
        "outcome": report.outcome,
        "saved": dict(report.saved),
        "dropped": dict(report.dropped),
        "error": report.error,
        "seconds": round(report.seconds, 3),
    }
    print(json.dumps(line), flush=True)  # noqa: T201  results go to standard output


def _print_tables(reports: list[tuple[str, IngestReport]], embedded: int) -> None:
    """One row a company with what is new; then every trouble by itself, so that none is lost in a cell."""
    if not console.is_terminal:  # a file or a pipe has no width to keep to, and broken lines are harder to read
        console.width = max(console.width, 120)
    console.print(_summary(reports))
    if embedded:
        console.print(f"{embedded:,} passages were given vectors.", highlight=False)
    troubles = [(name, report) for name, report in reports if report.outcome in ("failed", "quarantined")]
    for name, report in troubles:
        subject = "" if report.subject == name else f" {report.subject}"
        text = f"{name}: {report.kind}{subject} {report.outcome}: {report.error}"
        console.print(text, style="red", markup=False, highlight=False, soft_wrap=True)


def _summary(reports: list[tuple[str, IngestReport]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title="New in the workbench", title_justify="left", title_style="bold")
    table.add_column("Company", no_wrap=True)
    for column in ("Filings", "Facts", "Documents", "Passages"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("Skipped and dropped")
    for name in dict.fromkeys(name for name, report in reports if report.kind != "vectors"):
        own = [report for reported, report in reports if reported == name]
        # A filing's own report is in the sum that ends the company.
        sums = [report for report in own if report.kind != "filing"]
        counts = [sum(report.saved.get(kind, 0) for report in sums) for kind in ("filings", "facts", "documents", "passages")]
        failed = any(report.outcome in ("failed", "quarantined") for report in own)
        cells = [f"{count:,}" if count else "-" for count in counts]
        table.add_row(name.upper(), *cells, "\n".join(_notes(sums)), style="red" if failed else None)
    return table


def _notes(reports: list[IngestReport]) -> list[str]:
    """What was left out, in words with its count."""
    notes = [report.error for report in reports if report.outcome == "skipped" and report.error]
    notes += [f"{report.kind} unchanged" for report in reports if report.outcome == "unchanged" and report.kind != "filings"]
    for report in reports:
        notes += [f"{count:,} × {reason}" for reason, count in report.dropped.items()]
    return notes
