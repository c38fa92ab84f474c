"""`workbench sql`: a question in SQL to a snapshot of the lake."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console
from workbench.cli.main import app

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHOWN = 200
_AT_ONCE = 10_000


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.command("sql")
def ask_lake(
    query: Annotated[
        str, typer.Argument(help="One query over companies, filings, facts, prices, statements.", show_default=False)
    ],
    *,
    snapshot: Annotated[str | None, typer.Option(help="Ask this snapshot; the newest, when left out.")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print the rows.")] = Format.TABLE,
) -> None:
    """Ask the newest snapshot of the lake, or a named one, by DuckDB's SQL."""
    from workbench.runtime import lake
    from workbench.settings import Settings

    with lake(Settings.load()).ask(query, snapshot=snapshot) as answer:
        names = [column[0] for column in answer.description or []]
        if output is Format.TABLE:
            _print_table(answer, names)
        elif output is Format.CSV:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(names)
            while rows := answer.fetchmany(_AT_ONCE):
                writer.writerows(rows)
        else:
            _print_json(answer, names)


def _print_table(answer: DuckDBPyConnection, names: list[str]) -> None:
    rows = answer.fetchmany(_SHOWN + 1)
    table = Table(*(escape(name) for name in names))
    for row in rows[:_SHOWN]:
        table.add_row(*("" if cell is None else escape(_text(cell)) for cell in row))
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"the first {_SHOWN:,} rows; --format csv prints all", highlight=False)


def _print_json(answer: DuckDBPyConnection, names: list[str]) -> None:
    """One array, a row a line, so that a long answer needs no memory."""
    before = "[\n"
    while rows := answer.fetchmany(_AT_ONCE):
        for row in rows:
            sys.stdout.write(before + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str))
            before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def _text(cell: Any) -> str:
    return (
        f"{cell:,.6g}"
        if isinstance(cell, float) and abs(cell) < 1e6
        else f"{cell:,.2f}"
        if isinstance(cell, float)
        else str(cell)
    )
