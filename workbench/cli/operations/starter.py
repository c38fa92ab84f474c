"""`workbench starter`: the file of figures that a new workbench begins with."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from workbench import runtime
from workbench.cli.console import console, new_table, note, say
from workbench.cli.export_file import write_file
from workbench.cli.filings.ingest import EdgarSource
from workbench.cli.output import Format, write_records
from workbench.cli.progress import progress
from workbench.domain.errors import NotFound, SetupError
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.search.passages import embed_missing
from workbench.ingest.starter import load_starter
from workbench.ingest.starter.build import Built, build_starter
from workbench.runtime.sources import filing_source
from workbench.settings import Settings

_LOADED_COLUMNS = ("kind", "subject", "outcome", "saved", "error")


def build(
    companies: Annotated[list[str], typer.Argument(metavar="COMPANY", help="Tickers or CIKs.", show_default=False)],
    *,
    edgar: EdgarSource = None,
    file: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="File to write.")] = Path("starter.parquet"),
) -> None:
    """Build a starter file of companies, filings and XBRL facts.

    The same input gives the same bytes.
    """
    with (
        filing_source(Settings.load(), edgar, on_progress=note) as source,
        progress(if_stopped="no file was written") as shown,
    ):
        shown.step("reading the lists of tickers")

        def on_company(label: str, done: int, total: int) -> None:
            shown.step("reading companies", done, total)
            shown.complete(f"{done}/{total} {label}")

        built = build_starter(source, companies, on_company=on_company)
    write_file(file, built.content)
    console.print(_contents(built))
    for what, count in sorted(built.missing.items()):
        note(f"not in the source: {what} ({count})")
    for reason, count in sorted(built.dropped.items()):
        note(f"dropped: {count} × {reason}")
    digest = hashlib.sha256(built.content).hexdigest()
    say(f"{file}: {len(built.content):,} bytes, SHA-256 {digest}")


def load(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A starter file.", show_default="the packaged one")
    ] = None,
    output: Format = "table",
) -> None:
    """Load a starter file.

    Companies that are stored already are not changed.
    """
    content = _read(file) if file else None
    if_stopped = "the companies loaded so far are saved"
    with runtime.open_workbench() as workbench, progress(if_stopped=if_stopped) as shown:
        count = shown.counter("loading companies and prices")
        reports = load_starter(workbench.database, workbench.objects, content=content, progress=count)
        embed_missing(workbench.database, workbench.embedder, progress=shown.counter("vectors"))
    if output == "table":
        console.print(_loaded(reports))
    else:
        write_records(output, "loaded", [_record(report) for report in reports], _LOADED_COLUMNS)


def _record(report: IngestReport) -> dict[str, object]:
    return {
        "kind": report.kind,
        "subject": report.subject,
        "outcome": report.outcome,
        "saved": sum(report.saved.values()),
        "error": report.error,
    }


def _loaded(reports: list[IngestReport]) -> Table:
    table = new_table("Data", "Result", "Rows")
    for report in reports:
        rows = ", ".join(f"{count:,} {name}" for name, count in report.saved.items())
        table.add_row(escape(report.subject), report.outcome, rows or escape(report.error or ""))
    return table


def _contents(built: Built) -> Table:
    table = new_table("Company", "CIK", "Name")
    for heading in ("Filings", "Facts"):
        table.add_column(heading, justify="right")
    for each in built.companies:
        company = each.company
        counts = (f"{len(each.filings):,}", f"{len(each.facts):,}")
        table.add_row(company.label, str(company.cik), escape(company.name), *counts)
    return table


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"there is no file {file}") from None
    except OSError as error:
        raise SetupError(f"{file} cannot be read: {error.strerror}") from None
