"""`workbench search`: passages with citations.

`search` is a group whose subcommand `for` may be left out, so that `workbench search "supply risk"` reads as it should and
further subcommands have a place.
"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from workbench.cli.console import console, error_console
from workbench.cli.main import app
from workbench.domain.errors import InvalidRequest

if TYPE_CHECKING:
    from workbench.domain.filings.passages import Hit
    from workbench.search.hybrid import SearchResult


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


class Mode(StrEnum):
    """Which halves of the search are asked."""

    HYBRID = "hybrid"
    WORDS = "words"
    VECTOR = "vector"


class _SearchGroup(TyperGroup):
    """Reads arguments that begin with no subcommand as those of `for`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        return super().parse_args(ctx, args if args and args[0] in self.commands else ["for", *args])


searching = typer.Typer(cls=_SearchGroup, help="Find passages by words and by meaning, each with its citation.")
app.add_typer(searching, name="search")


@searching.command("for")
def search_for(
    query: Annotated[list[str], typer.Argument(help='The question, a phrase in "quotes", or words; -word leaves out.')],
    *,
    ticker: Annotated[list[str] | None, typer.Option(help="Only this company, by ticker or CIK; may be repeated.")] = None,
    form: Annotated[list[str] | None, typer.Option(help="Only this form, such as 10-K; may be repeated.")] = None,
    item: Annotated[list[str] | None, typer.Option(help="Only this item, such as 1A; may be repeated.")] = None,
    document: Annotated[
        list[str] | None, typer.Option(help="Only this document, by title, file name, accession or id; may be repeated.")
    ] = None,
    sector: Annotated[
        list[str] | None, typer.Option(help='Only this industry, by SIC code (73) or name ("software"); may be repeated.')
    ] = None,
    fiscal_year: Annotated[list[int] | None, typer.Option(help="Only reports on this fiscal year; may be repeated.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Only what was filed by this day, such as 2024-06-30.")] = None,
    k: Annotated[int, typer.Option("-k", "--limit", help="How many passages, 1 to 100.")] = 10,
    offset: Annotated[int, typer.Option(help="Skip this many; goes on where a list ended.")] = 0,
    per_filing: Annotated[bool, typer.Option("--per-filing", help="The best passage of each filing only.")] = False,
    ignore: Annotated[
        list[str] | None, typer.Option(help="Words of the question to take as mere words; '*' for all. May be repeated.")
    ] = None,
    mode: Annotated[Mode, typer.Option(help="Both halves, or one of them.")] = Mode.HYBRID,
    output: Annotated[Format, typer.Option("--format", help="A table for people, or JSON.")] = Format.TABLE,
) -> None:
    """Find passages by words and by meaning, each with its citation. The word `for` may be left out."""
    from dataclasses import replace

    from db import companies
    from db.filings import documents
    from workbench.domain.as_of import parse_as_of
    from workbench.runtime import open_workbench
    from workbench.search.hybrid import SearchMode, SearchQuery, search
    from workbench.search.shapes import result_as_json

    asked = SearchQuery(
        text=" ".join(query),
        forms=tuple(form or ()),
        items=tuple(item or ()),
        sectors=tuple(sector or ()),
        fiscal_years=tuple(fiscal_year or ()),
        as_of=parse_as_of(as_of),
        k=k,
        offset=offset,
        mode=SearchMode(mode),
        per_filing=per_filing,
        ignored=tuple(ignore or ()),
    )
    with open_workbench() as workbench, workbench.database.read() as connection:
        named = tuple(companies.resolve(connection, text).cik for text in ticker or ())
        called = tuple(found.document_id for text in document or () for found in documents.documents_called(connection, text))
        asked = replace(asked, companies=named, documents=called)
        result = search(connection, workbench.embedder, asked, better=workbench.better_embedder)
    if output is Format.JSON:
        typer.echo(json.dumps(result_as_json(result), ensure_ascii=False, indent=2))
    else:
        _print(result)


@searching.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="JSON lines of {query, filters, relevant: [{accession, item, start, end}]}.")],
    output: Annotated[Format, typer.Option("--format", help="A table for people, or JSON.")] = Format.TABLE,
) -> None:
    """Measure the search on labelled questions: recall, MRR, nDCG and latency of each half and of both together."""
    from dataclasses import asdict

    from workbench.runtime import open_workbench
    from workbench.search.evaluation import evaluate as evaluate_search
    from workbench.search.evaluation import read_queries

    try:
        queries = list(read_queries(file.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8 text'}") from None
    with open_workbench() as workbench, workbench.database.read() as connection:
        figures = evaluate_search(connection, workbench.embedder, queries, better=workbench.better_embedder)
    if output is Format.JSON:
        typer.echo(json.dumps([asdict(row) for row in figures], indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    depths = sorted(figures[0].recall)
    for heading in ("search", "asked", *(f"R@{k}" for k in depths), "MRR", "nDCG@10", "p50 ms", "p95 ms"):
        table.add_column(heading, justify="left" if heading == "search" else "right")
    for row in figures:
        shares = [f"{share:.3f}" for share in (*(row.recall[k] for k in depths), row.mrr, row.ndcg_10)]
        table.add_row(row.mode.value, str(row.queries), *shares, f"{row.p50_ms:.0f}", f"{row.p95_ms:.0f}")
    console.print(table)


def _print(result: SearchResult) -> None:
    _print_understood(result)
    if not result.hits:
        console.print("No passage found. Fewer words or filters may help; `workbench ingest TICKER` brings in more filings.")
        return
    if result.caution:
        console.print(result.caution, style="yellow")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="dim")
    table.add_column("#", justify="right", style="dim")
    table.add_column("source", no_wrap=True)
    table.add_column("passage", ratio=1)
    for number, hit in enumerate(result.hits, start=result.query.offset + 1):
        table.add_row(str(number), _source(hit), _marked(hit))
    console.print(table)
    first = next((hit for hit in result.hits if hit.accession and hit.item), None)
    if first:
        console.print(
            f"[dim]Read on:[/] workbench sections {first.accession} --item {first.item} --format text", highlight=False
        )
    if result.next_offset is not None:
        console.print(f"[dim]More:[/] --offset {result.next_offset}", highlight=False)


def _print_understood(result: SearchResult) -> None:
    understood = result.understood
    parts = [mention.company.label for mention in understood.companies]
    parts += [f"form {mention.form}" for mention in understood.forms]
    parts += [f"item {mention.item}" for mention in understood.items]
    parts += [f"newest {mention.forms[0]}" for mention in understood.newest]
    for mention in understood.periods:
        quarter = f"Q{mention.period.quarter} " if mention.period.quarter else ""
        parts.append(f"fiscal {quarter}{mention.period.fiscal_year}")
    parts += [f"{term.said} = {term.filed[0]}" for term in understood.terms if term.said.lower() != term.filed[0].lower()]
    if parts:
        told = escape(", ".join(dict.fromkeys(parts)))
        console.print(
            f"[dim]Understood: {told}; listed first, nothing left out. --ignore WORDS undoes it.[/]", highlight=False
        )
    if result.unanswered:
        error_console.print(f"[dim]Searched by the fast model alone: {escape(result.unanswered)}[/]", highlight=False)


def _source(hit: Hit) -> Text:
    from workbench.search.citations import period_of

    about = " · ".join(part for part in (hit.form, period_of(hit)) if part)
    lines = [
        (hit.company_label or hit.title or hit.document, "bold"),
        (about, ""),
        (f"filed {hit.filed_on.isoformat()}" if hit.filed_on else "", ""),
        (str(hit.accession or hit.document), "dim"),
    ]
    return Text("\n").join(Text(line, style=style) for line, style in lines if line)


def _marked(hit: Hit) -> Text:
    from workbench.search.citations import place_of
    from workbench.search.snippets import snippet

    shown = snippet(hit, 420)
    text = Text(shown.text)
    for start, end in shown.highlights:
        text.stylize("bold yellow", start, end)
    if place := place_of(hit):
        text = Text.assemble((place, "dim"), "\n", text)
    if hit.also_in:
        text.append(f"\nsaid alike in {', '.join(map(str, hit.also_in))}", style="dim")
    return text
