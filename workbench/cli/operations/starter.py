"""`workbench starter`: the file of figures that a new workbench begins with."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console, error_console
from workbench.cli.main import app
from workbench.domain.errors import NotFound, SetupError

if TYPE_CHECKING:
    from workbench.ingest.starter.build import Built

starter = typer.Typer(help="Starter data: figures of a few companies in one file.", no_args_is_help=True)
app.add_typer(starter, name="starter")


@starter.command()
def build(
    companies: Annotated[list[str], typer.Argument(metavar="TICKER-or-CIK...", help="Companies, by ticker or CIK.")],
    *,
    edgar: Annotated[str | None, typer.Option(help="The SEC (default), a base URL with the same paths, or a folder.")] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")] = Path("starter.parquet"),
) -> None:
    """Write a starter file: companies, filings index and all XBRL facts; the same input gives the same bytes."""
    from workbench.ingest.starter.build import build_starter
    from workbench.runtime.sources import filing_source
    from workbench.settings import Settings

    with filing_source(Settings.load(), edgar, told=error_console.print) as source:
        built = build_starter(source, companies)
    _write(output, built.content)
    console.print(_contents(built))
    for what, count in sorted(built.missing.items()):
        error_console.print(f"not in the source: {what} ({count})", highlight=False, markup=False)
    for reason, count in sorted(built.dropped.items()):
        error_console.print(f"dropped: {count} x {reason}", highlight=False, markup=False)
    digest = hashlib.sha256(built.content).hexdigest()
    console.print(f"{escape(str(output))}: {len(built.content):,} bytes, SHA-256 {digest}", highlight=False, soft_wrap=True)


@starter.command()
def load(
    file: Annotated[Path | None, typer.Argument(help="A starter file; the packaged one when none is named.")] = None,
) -> None:
    """Load a starter file; companies that are here already are left as they are."""
    from workbench.ingest.search.passages import embed_missing
    from workbench.ingest.starter import load_starter
    from workbench.runtime import open_workbench

    content = _read(file) if file else None
    with open_workbench() as wb:
        reports = load_starter(wb.database, wb.objects, content=content)
        embed_missing(wb.database, wb.embedder)
    table = Table("Loaded", "Outcome", "Rows")
    for report in reports:
        rows = ", ".join(f"{count:,} {name}" for name, count in report.saved.items())
        table.add_row(escape(report.subject), report.outcome, rows or escape(report.error or ""))
    console.print(table)


def _contents(built: Built) -> Table:
    table = Table("Company", "CIK", "Name")
    for heading in ("Filings", "Facts"):
        table.add_column(heading, justify="right")
    for each in built.companies:
        who = each.company
        row = (who.label, str(who.cik), escape(who.name), f"{len(each.filings):,}", f"{len(each.facts):,}")
        table.add_row(*row)
    return table


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"there is no file {file}") from None
    except OSError as error:
        raise SetupError(f"{file} cannot be read: {error.strerror}") from None


def _write(file: Path, content: bytes) -> None:
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SetupError(f"{file} cannot be written: {error.strerror}", hint="choose another with -o") from None
