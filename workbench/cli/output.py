"""What commands have in common: `--format`, the company, `--as-of`; and the one place that writes JSON and CSV."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import typer

from workbench.analysis.table_files import csv_cell

_format = typer.Option("--format", help="Output format.")

Format = Annotated[Literal["table", "json", "csv"], _format]
TableOrJson = Annotated[Literal["table", "json"], _format]
TextOrJson = Annotated[Literal["text", "json"], _format]
CompanyName = Annotated[str, typer.Argument(metavar="COMPANY", help="Ticker or CIK.", show_default=False)]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Use only what was known on this date, such as 2024-06-30.")
]


def write_json(document: object, *, indent: int | None = None) -> None:
    """One JSON document, with a line end; who reads a pipe has it at once."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=indent, default=str) + "\n")
    sys.stdout.flush()


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A header and a line a row; nothing is an empty cell, and no text is a formula to a spreadsheet program."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([csv_cell(name) for name in header])
    writer.writerows([csv_cell(value) for value in row] for row in rows)


def write_records(
    output: str, key: str, records: Sequence[Mapping[str, Any]], columns: Sequence[str], **beside: object
) -> None:
    """Records as the list `key` of a JSON document, after what stands `beside`, or as CSV with these columns.

    In a cell of CSV a list is joined with semicolons.
    """
    if output == "json":
        write_json({**beside, key: records})
    else:
        write_csv(columns, ([_cell(record.get(column)) for column in columns] for record in records))


def _cell(value: object) -> object:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value
