"""`workbench sections`: the items of a filing with their spans and their text."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from workbench import runtime
from workbench.cli.console import console
from workbench.cli.output import TextOrJson, write_json
from workbench.domain.filings.filing import Document
from workbench.domain.identity import Accession
from workbench.ingest.filings.documents import SectionText, filing_sections

_OTHER_COLUMNS = 64  # characters that the columns but the title take
_STATUS = {"present": "", "incorporated_by_reference": "by reference", "omitted": "omitted", "reserved": "reserved"}


def print_sections(
    accession: Annotated[
        str,
        typer.Argument(
            metavar="ACCESSION", help="The filing, such as 0000320193-24-000123, with or without dashes.", show_default=False
        ),
    ],
    item: Annotated[str | None, typer.Option(help="Print this item: 1A, 2.02 or, in a 10-Q, II.1A.")] = None,
    output: TextOrJson = "text",
) -> None:
    """List the items of a filing, or print one.

    Each item has its span in the filing's text and the confidence that it was recognised correctly.
    """
    number = Accession.parse(accession)
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        document, result = filing_sections(connection, workbench.objects, number, item)
    if output == "json":
        write_json(_as_json(document, result))
    elif item is not None:
        typer.echo("\n\n".join(one.text for one in result))
    else:
        console.print(_as_table(document, result))


def _as_json(document: Document, section_texts: list[SectionText]) -> dict[str, Any]:
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
            for one in section_texts
        ],
        "document": document.name,
    }


def _as_table(document: Document, section_texts: list[SectionText]) -> Table:
    table = Table(
        title=f"{document.form} {document.accession}, {document.name}", title_justify="left", box=None, pad_edge=False
    )
    table.add_column("Part", no_wrap=True)
    table.add_column("Item", no_wrap=True)
    table.add_column("Title", no_wrap=True, overflow="ellipsis", max_width=max(16, console.width - _OTHER_COLUMNS))
    for name in ("Words", "Start", "End", "Confidence"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    for one in section_texts:
        section = one.section
        table.add_row(
            section.part or "", section.item, Text(section.title), f"{len(one.text.split()):,}", str(section.start),
            str(section.end), f"{section.confidence:.0%}", _STATUS[section.status],
        )  # fmt: skip
    return table
