"""`workbench sections`: the items of a filing with their spans and their text."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from workbench.cli.console import console
from workbench.cli.main import app

if TYPE_CHECKING:
    from workbench.domain.filings.filing import Document
    from workbench.ingest.filings.documents import SectionText


_OTHER_COLUMNS = 58  # characters that the columns but the title take
_STATUS = {"present": "", "incorporated_by_reference": "by reference", "omitted": "omitted", "reserved": "reserved"}


class Format(StrEnum):
    """How the items are printed."""

    TEXT = "text"
    JSON = "json"


@app.command()
def sections(
    accession: Annotated[str, typer.Argument(help="The filing, such as 0000320193-24-000123; dashes may be left out.")],
    item: Annotated[str | None, typer.Option(help="Only this item, such as 1A, 2.02 or, in a 10-Q, II.1A.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="A list or the item's text for people, or JSON.")] = Format.TEXT,
) -> None:
    """List the items of a filing, or print one, with their spans in the filing's text."""
    from workbench.domain.identity import Accession
    from workbench.ingest.filings.documents import filing_sections
    from workbench.runtime import open_workbench

    number = Accession.parse(accession)
    with open_workbench() as workbench, workbench.database.read() as connection:
        document, found = filing_sections(connection, workbench.objects, number, item)
    if format_ is Format.JSON:
        typer.echo(json.dumps(_as_json(document, found), ensure_ascii=False))
    elif item is not None:
        typer.echo("\n\n".join(one.text for one in found))
    else:
        console.print(_as_table(document, found))


def _as_json(document: Document, found: list[SectionText]) -> dict[str, Any]:
    return {
        "accession": str(document.accession),
        "form": document.form,
        "sections": [
            {
                "part": one.section.part,
                "item": one.section.item,
                "title": one.section.title,
                "start": one.section.start,
                "end": one.section.end,
                "confidence": one.section.confidence,
                "text": one.text,
                "method": one.section.method,
                "status": one.section.status,
            }
            for one in found
        ],
        "document": document.name,
    }


def _as_table(document: Document, found: list[SectionText]) -> Table:
    table = Table(
        title=f"{document.form} {document.accession}, {document.name}", title_justify="left", box=None, pad_edge=False
    )
    table.add_column("Part", no_wrap=True)
    table.add_column("Item", no_wrap=True)
    table.add_column("Title", no_wrap=True, overflow="ellipsis", max_width=max(16, console.width - _OTHER_COLUMNS))
    for name in ("Words", "Start", "End", "Sure"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    for one in found:
        section = one.section
        table.add_row(
            section.part or "", section.item, Text(section.title), f"{len(one.text.split()):,}", str(section.start),
            str(section.end), f"{section.confidence:.0%}", _STATUS[section.status],
        )  # fmt: skip
    return table
