"""`workbench documents`: documents that people add beside the filings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from db.companies import resolve
from db.filings.own_documents import find_own_document, own_documents
from workbench import runtime
from workbench.analysis.filings.document_json import attachments_as_json, document_as_json, page_as_json
from workbench.cli.console import console, counted, say
from workbench.cli.errors import report_error
from workbench.cli.output import Format, TableOrJson, TextOrJson, write_json, write_records
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest, WorkbenchError
from workbench.domain.filings.documents import OwnDocument, page_name
from workbench.domain.filings.subjects import DocumentSubject, parse_period, period_label
from workbench.ingest.filings.documents import document_pages
from workbench.ingest.filings.upload_subjects import Correction, correct_document
from workbench.ingest.filings.uploads import Addition, Description, add_document, read_file, remove_document
from workbench.ingest.search.passages import embed_missing

_COLUMNS = (
    "document_id", "document", "title", "company", "form", "filed_on", "pages", "passages", "chars", "sha256", "added_at",
)  # fmt: skip
DocumentName = Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its number, file name or title.", show_default=False)]


def add(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="PDF, .docx, .xlsx, .pptx, HTML, text, Markdown, RTF or .eml, up to 67 MB each.",
            show_default=False,
        ),
    ],
    *,
    company: Annotated[
        str | None, typer.Option("--company", "--ticker", metavar="COMPANY", help="The company they are about: ticker or CIK.")
    ] = None,
    form: Annotated[
        str | None, typer.Option(help="The kind of document: a form such as 10-K, whose items are found, or any word.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(metavar="DATE", help="The date of the documents, used by --as-of; by default today.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title; by default the file's name.")] = None,
    output: TableOrJson = "table",
) -> None:
    """Add documents.

    A file that cannot be read is rejected and the others are added; the exit code is then 1. Files attached to an e-mail
    become documents of their own. Adding the same file again changes nothing.
    """
    if title and len(files) > 1:
        raise InvalidRequest("--title is for one file, and several were given")
    description = Description(company, form, parse_as_of(date), title)
    results: list[tuple[Path, Addition | WorkbenchError]] = []
    with runtime.open_workbench() as workbench:
        for file in files:
            try:
                content = read_file(file)
                added = add_document(
                    workbench.database, workbench.objects, content=content, name=file.name, description=description,
                    recognizer=workbench.recognizer,
                )  # fmt: skip
                results.append((file, added))
            except WorkbenchError as error:
                results.append((file, error))
        if any(isinstance(result, Addition) and result.is_new for _, result in results):
            embed_missing(workbench.database, workbench.embedder)
    for file, result in results:
        _print_result(file, result, output)
    if any(isinstance(result, WorkbenchError) for _, result in results):
        raise typer.Exit(1)


def list_documents(
    *,
    company: Annotated[
        str | None,
        typer.Option("--company", "--ticker", metavar="COMPANY", help="Only documents about this company: ticker or CIK."),
    ] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="Number of newest documents.")] = 100,
    output: Format = "table",
) -> None:
    """List your documents, newest first."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        cik = resolve(connection, company).cik if company else None
        results = own_documents(connection, cik=cik, limit=limit)
    if output != "table":
        write_records(output, "documents", [dict(document_as_json(own)) for own in results], _COLUMNS)
    elif not results:
        say("There are no documents. Add one with `workbench documents add FILE`.")
    else:
        console.print(_table(results))


def show(
    document: DocumentName,
    *,
    page: Annotated[int | None, typer.Option(min=1, help="Only this page; the first is 1.")] = None,
    output: TextOrJson = "text",
) -> None:
    """Print the text of a document, page by page."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        own = find_own_document(connection, document)
        pages = document_pages(connection, workbench.objects, own.document, page)
    if output == "json":
        write_json({**document_as_json(own), "text": [page_as_json(each.page, each.end, each.text) for each in pages]})
        return
    for each in pages:
        if own.pages:
            console.rule(page_name(each.page.number, each.page.label), align="left", style="dim")
        typer.echo(each.text)


def correct(
    document: DocumentName,
    *,
    company: Annotated[
        str | None, typer.Option("--company", "--ticker", metavar="COMPANY", help="The company: ticker, CIK, or any name.")
    ] = None,
    form: Annotated[str | None, typer.Option(help="The form, such as 10-K, or any word.")] = None,
    period: Annotated[
        str | None, typer.Option(metavar="PERIOD", help="The fiscal year or quarter, such as 2023 or 2023Q2.")
    ] = None,
    output: TableOrJson = "table",
) -> None:
    """Correct which company, form and fiscal period a document is about.

    They are read from its title, file name and first page when it is added.
    """
    correction = Correction(company, form.upper() if form else None, parse_period(period) if period else None)
    with runtime.open_workbench() as workbench:
        corrected = correct_document(workbench.database, workbench.objects, document, correction)
        embed_missing(workbench.database, workbench.embedder)
    if output == "json":
        write_json(dict(document_as_json(corrected)))
    else:
        say(f"Document {corrected.document.document_id} is {about(corrected) or 'about no company or period'}")


def about(own: OwnDocument) -> str:
    """Company, form and fiscal period of a document, as far as they are known."""
    subject = own.subject or DocumentSubject()
    period = f"fiscal {period_label(subject.period)}" if subject.period else None
    return " · ".join(part for part in (own.company or subject.company, own.document.form, period) if part)


def remove(
    names: Annotated[list[str], typer.Argument(metavar="DOCUMENT", help="Numbers, file names or titles.", show_default=False)],
) -> None:
    """Remove documents, with their passages and vectors.

    The stored file is removed too.
    """
    with runtime.open_workbench() as workbench:
        for name in names:
            removed = remove_document(workbench.database, workbench.objects, name).document
            say(f"Removed document {removed.document_id}: {removed.name}")


def _print_result(file: Path, result: Addition | WorkbenchError, output: str) -> None:
    if output == "json":
        line: dict[str, object] = {"file": str(file)}
        if isinstance(result, WorkbenchError):
            line |= {"outcome": "failed", "error": result.message, "hint": result.hint}
        else:
            outcome = "saved" if result.is_new else "unchanged"
            line |= {"outcome": outcome, "blank_pages": result.blank_pages, **document_as_json(result.document)}
            line["attachments"] = attachments_as_json(result.attachments)
        write_json(line)
    if isinstance(result, WorkbenchError):
        report_error(result)
    elif output == "table":
        say(_sentence(file.name, result))
        for attachment in result.attachments:
            own = attachment.document
            sentence = (
                _sentence(attachment.name, Addition(own, attachment.is_new)) if own else f"not added: {attachment.problem}"
            )
            say(f"  {sentence}")


def _sentence(file: str, each: Addition) -> str:
    own = each.document
    name = f"document {own.document.document_id}"
    if not each.is_new:
        return f"{file}: already stored as {name} ({own.document.name}); nothing changed"
    counts = f"{counted(own.pages, 'page')}, " if own.pages else ""
    blank = f"; {counted(each.blank_pages, 'page')} without text" if each.blank_pages else ""
    passages = counted(own.passages, "passage")
    understood = f" ({about(own)})" if about(own) else ""
    return f"{file}: added as {name}{understood}, dated {own.document.filed_on}: {counts}{passages}{blank}"


def _table(results: list[OwnDocument]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("No.", justify="right", no_wrap=True)
    table.add_column("Title")
    table.add_column("File", overflow="fold")
    for name in ("Company", "Form", "Period", "Dated"):
        table.add_column(name, no_wrap=True)
    table.add_column("Pages", justify="right", no_wrap=True)
    table.add_column("Passages", justify="right", no_wrap=True)
    for own in results:
        document = own.document
        table.add_row(
            str(document.document_id), Text(document.title or ""), Text(document.name), _company(own),
            document.form or "", _period(own),
            document.filed_on.isoformat() if document.filed_on else "", f"{own.pages:,}" if own.pages else "",
            f"{own.passages:,}",
        )  # fmt: skip
    return table


def _company(own: OwnDocument) -> str:
    return own.company or (own.subject.company if own.subject else None) or ""


def _period(own: OwnDocument) -> str:
    return period_label(own.subject.period) if own.subject and own.subject.period else ""
