"""`workbench sql`: SQL queries of a snapshot of the lake."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from workbench.cli.console import console, new_table, say
from workbench.cli.output import Format, write_csv
from workbench.runtime import components
from workbench.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

_SHOWN = 200
_AT_ONCE = 10_000


def query_lake(
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY", help="One query over the tables that `workbench lake describe` shows.", show_default=False
        ),
    ],
    *,
    snapshot: Annotated[str | None, typer.Option(help="Name of the snapshot.", show_default="the newest")] = None,
    output: Format = "table",
) -> None:
    """Query a lake snapshot with SQL (DuckDB).

    A table shows the first 200 rows; JSON and CSV contain all.
    """
    with components.lake(Settings.load()).ask(query, snapshot=snapshot) as answer:
        names = [column[0] for column in answer.description or []]
        if output == "table":
            _print_table(answer, names)
        elif output == "csv":
            write_csv(names, _rows(answer))
        else:
            _print_json(answer, names)


def _rows(answer: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := answer.fetchmany(_AT_ONCE):
        yield from rows


def _print_table(answer: DuckDBPyConnection, names: list[str]) -> None:
    rows = answer.fetchmany(_SHOWN + 1)
    table = new_table(*(escape(name) for name in names))
    for row in rows[:_SHOWN]:
        table.add_row(*("" if cell is None else escape(_text(cell)) for cell in row))
    console.print(table)
    if len(rows) > _SHOWN:
        say(f"First {_SHOWN:,} rows; --format csv prints all", "dim")


def _print_json(answer: DuckDBPyConnection, names: list[str]) -> None:
    """One array, a row a line, so that a long answer needs no memory."""
    before = "[\n"
    for row in _rows(answer):
        sys.stdout.write(before + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str))
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def _text(cell: Any) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:,.6g}" if abs(cell) < 1e6 else f"{cell:,.2f}"
