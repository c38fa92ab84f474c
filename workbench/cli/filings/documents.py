"""`workbench documents`: what people add themselves, beside the filings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from workbench.cli.console import console, error_console
from workbench.cli.main import app
from workbench.domain.as_of import parse_as_of

if TYPE_CHECKING:
    from workbench.domain.errors import WorkbenchError
    from workbench.domain.filings.documents import OwnDocument
    from workbench.ingest.filings.uploads import Addition

documents = typer.Typer(
    help="Add PDF, HTML, text and Markdown of your own, searched and read beside filings.", no_args_is_help=True
)
app.add_typer(documents, name="documents")

Output = Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for machines.")]
Which = Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its number, file name or title.")]


@documents.command()
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="PDF, HTML, text or Markdown, up to 67 MB each.")],
    *,
    ticker: Annotated[str | None, typer.Option(help="The company that they are about: a ticker or a CIK.")] = None,
    form: Annotated[
        str | None, typer.Option(help="What they are: a form such as 10-K, whose items are then found, or any word.")
    ] = None,
    date: Annotated[str | None, typer.Option(help="The day they are of, for as-of questions; today when left out.")] = None,
    title: Annotated[str | None, typer.Option(help="A title in place of the file's name.")] = None,
    output: Output = "table",
) -> None:
    """Add documents of your own. One that cannot be read is refused whole; the others come in, and the end is 1.

    The same bytes again change nothing, whatever the file is called.
    """
    from workbench.domain.errors import InvalidRequest, WorkbenchError
    from workbench.ingest.filings.uploads import Description, add_document, read_file
    from workbench.ingest.search.passages import embed_missing
    from workbench.runtime import open_workbench

    if title and len(files) > 1:
        raise InvalidRequest("--title is for one file, and several were given")
    said = Description(ticker, form, parse_as_of(date), title)
    added: list[tuple[Path, Addition | WorkbenchError]] = []
    with open_workbench() as wb:
        for file in files:
            try:
                added.append((file, add_document(wb.database, wb.objects, content=read_file(file), name=file.name, said=said)))
            except WorkbenchError as error:
                added.append((file, error))
        if any(not isinstance(each, WorkbenchError) and each.is_new for _, each in added):
            embed_missing(wb.database, wb.embedder)
    for file, each in added:
        _tell(file, each, output)
    if any(isinstance(each, WorkbenchError) for _, each in added):
        raise typer.Exit(1)


@documents.command("list")
def list_(
    *,
    ticker: Annotated[str | None, typer.Option(help="Only those about this company.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="Documents to list.")] = 100,
    output: Output = "table",
) -> None:
    """List the documents that were added, the newest first."""
    from db.companies import resolve
    from db.filings.own_documents import own_documents
    from workbench.analysis.filings.document_json import document_as_json
    from workbench.runtime import open_workbench

    with open_workbench() as wb, wb.database.read() as connection:
        cik = resolve(connection, ticker).cik if ticker else None
        found = own_documents(connection, cik=cik, limit=limit)
    if output == "json":
        typer.echo(json.dumps({"documents": [document_as_json(own) for own in found]}, ensure_ascii=False))
    elif not found:
        console.print("No documents yet. Add one: workbench documents add FILE", markup=False, highlight=False)
    else:
        console.print(_table(found))


@documents.command()
def show(
    document: Which,
    *,
    page: Annotated[int | None, typer.Option(min=1, help="Only this page, counted from 1.")] = None,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="For people, or for machines.")] = "text",
) -> None:
    """Print the text of a document, page by page."""
    from db.filings.own_documents import find_own_document
    from workbench.analysis.filings.document_json import document_as_json, page_as_json
    from workbench.ingest.filings.documents import document_pages
    from workbench.runtime import open_workbench

    with open_workbench() as wb, wb.database.read() as connection:
        own = find_own_document(connection, document)
        pages = document_pages(connection, wb.objects, own.document, page)
    if output == "json":
        typer.echo(
            json.dumps(
                {**document_as_json(own), "text": [page_as_json(each.page, each.end, each.text) for each in pages]},
                ensure_ascii=False,
            )
        )
        return
    for each in pages:
        if own.pages:
            label = f" ({each.page.label})" if each.page.label else ""
            console.rule(f"page {each.page.number}{label}", align="left", style="dim")
        typer.echo(each.text)


@documents.command()
def remove(
    documents_: Annotated[list[str], typer.Argument(metavar="DOCUMENT", help="Numbers, file names or titles.")],
) -> None:
    """Remove documents that were added, with their passages, vectors and stored bytes."""
    from workbench.ingest.filings.uploads import remove_document
    from workbench.runtime import open_workbench

    with open_workbench() as wb:
        for text in documents_:
            gone = remove_document(wb.database, wb.objects, text).document
            console.print(f"removed {gone.document_id}: {gone.name}", markup=False, highlight=False)


def _tell(file: Path, each: Addition | WorkbenchError, output: str) -> None:
    from workbench.analysis.filings.document_json import document_as_json
    from workbench.domain.errors import WorkbenchError

    if output == "json":
        line: dict[str, object] = {"file": str(file)}
        if isinstance(each, WorkbenchError):
            line |= {"outcome": "failed", "error": each.message}
        else:
            outcome = "saved" if each.is_new else "unchanged"
            line |= {"outcome": outcome, "blank_pages": each.blank_pages, **document_as_json(each.document)}
        typer.echo(json.dumps(line, ensure_ascii=False))
    if isinstance(each, WorkbenchError):
        text = each.message + (f" ({each.hint})" if each.hint else "")
        error_console.print(f"workbench: {text}", style="bold red", markup=False, highlight=False)
    elif output == "table":
        console.print(_sentence(file, each), markup=False, highlight=False, soft_wrap=True)


def _sentence(file: Path, each: Addition) -> str:
    own = each.document
    called = f"document {own.document.document_id}"
    if not each.is_new:
        return f"{file.name}: its bytes are here already, as {called} ({own.document.name}); nothing changed"
    counts = f"{own.pages:,} pages, " if own.pages else ""
    blank = f"; {each.blank_pages:,} pages hold no text" if each.blank_pages else ""
    return f"{file.name}: added as {called}, dated {own.document.filed_on}: {counts}{own.passages:,} passages{blank}"


def _table(found: list[OwnDocument]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("No.", justify="right", no_wrap=True)
    table.add_column("Title")
    table.add_column("File", overflow="fold")
    for name in ("Company", "Form", "Dated"):
        table.add_column(name, no_wrap=True)
    table.add_column("Pages", justify="right", no_wrap=True)
    table.add_column("Passages", justify="right", no_wrap=True)
    for own in found:
        document = own.document
        table.add_row(
            str(document.document_id), Text(document.title or ""), Text(document.name), own.company or "", document.form or "",
            document.filed_on.isoformat() if document.filed_on else "", f"{own.pages:,}" if own.pages else "",
            f"{own.passages:,}",
        )  # fmt: skip
    return table
