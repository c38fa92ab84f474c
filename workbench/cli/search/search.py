"""`workbench search`: passages with citations, and how good the search is."""

from __future__ import annotations

from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from db import companies
from db.filings import documents
from workbench import runtime
from workbench.analysis.search.figures_json import explanation, no_figure_text
from workbench.cli.console import console, error_console, say
from workbench.cli.output import AsOf, TableOrJson, write_json
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.passages import Hit
from workbench.search.citations import period_of, place_of
from workbench.search.evaluation import Figures, read_queries
from workbench.search.evaluation import evaluate as evaluate_search
from workbench.search.figures import FigureAnswer
from workbench.search.hybrid import SearchMode, SearchQuery, SearchResult, search
from workbench.search.meanings import meanings
from workbench.search.shapes import result_as_json
from workbench.search.snippets import snippet
from workbench.search.syntax import read_question


class Mode(StrEnum):
    """Which halves of the search are used."""

    HYBRID = "hybrid"
    WORDS = "words"
    VECTOR = "vector"


def search_for(
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY", help='A question, words, or a phrase in "quotes"; -word excludes a word.', show_default=False
        ),
    ],
    *,
    company: Annotated[
        list[str] | None,
        typer.Option("--company", "--ticker", metavar="COMPANY", help="Only this company: ticker or CIK; may be repeated."),
    ] = None,
    form: Annotated[list[str] | None, typer.Option(help="Only this form, such as 10-K; may be repeated.")] = None,
    item: Annotated[list[str] | None, typer.Option(help="Only this item, such as 1A; may be repeated.")] = None,
    document: Annotated[
        list[str] | None, typer.Option(help="Only this document: title, file name, accession or number; may be repeated.")
    ] = None,
    sector: Annotated[
        list[str] | None, typer.Option(help='Only this industry: SIC code (73) or name ("software"); may be repeated.')
    ] = None,
    fiscal_year: Annotated[list[int] | None, typer.Option(help="Only reports on this fiscal year; may be repeated.")] = None,
    as_of: AsOf = None,
    k: Annotated[int, typer.Option("-k", "-n", "--limit", help="Number of passages, 1 to 100.")] = 10,
    offset: Annotated[int, typer.Option(help="Number of passages to skip.")] = 0,
    per_filing: Annotated[bool, typer.Option("--per-filing", help="Show only the best passage of each filing.")] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option(help="Words not to interpret as a company, form or period; '*' for all. May be repeated."),
    ] = None,
    mode: Annotated[Mode, typer.Option(help="Search by words and vectors, or by one of them.")] = Mode.HYBRID,
    output: TableOrJson = "table",
) -> None:
    """Search passages by words and meaning, each with its citation.

    Example: workbench search "supply chain concentration" --company AAPL --item 1A
    """
    question = SearchQuery(
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
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        ciks = tuple(companies.resolve(connection, text).cik for text in company or ())
        ids = tuple(results.document_id for text in document or () for results in documents.documents_called(connection, text))
        question = replace(question, companies=ciks, documents=ids)
        result = search(connection, workbench.embedder, question, better=workbench.better_embedder)
    if output == "json":
        write_json(result_as_json(result), indent=2)
    else:
        _print(result)


def evaluate(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="JSON lines of {query, filters, relevant: [{accession, item, start, end}]}.",
            show_default=False,
        ),
    ],
    output: TableOrJson = "table",
) -> None:
    """Measure the search on labelled questions.

    Shows recall, MRR, nDCG and latency of the search by words, by vectors, and by both.
    """
    try:
        queries = list(read_queries(file.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from None
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        figures = evaluate_search(connection, workbench.embedder, queries, better=workbench.better_embedder)
    if output == "json":
        write_json([asdict(row) for row in figures], indent=2)
    else:
        console.print(_figures_table(figures))


def _figures_table(figures: list[Figures]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    depths = sorted(figures[0].recall)
    for heading in ("Search", "Queries", *(f"R@{k}" for k in depths), "MRR", "nDCG@10", "p50 ms", "p95 ms"):
        table.add_column(heading, justify="left" if heading == "Search" else "right")
    for row in figures:
        shares = [f"{share:.3f}" for share in (*(row.recall[k] for k in depths), row.mrr, row.ndcg_10)]
        table.add_row(row.mode.value, str(row.queries), *shares, f"{row.p50_ms:.0f}", f"{row.p95_ms:.0f}")
    return table


def _print(result: SearchResult) -> None:
    _print_understood(result)
    if result.figures is not None:
        _print_figures(result.figures)
    if not result.hits:
        say("No passage found. Try fewer words or filters, or load more filings with `workbench ingest TICKER`.")
        return
    if result.caution:
        console.print(result.caution, style="yellow")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="dim")
    table.add_column("#", justify="right", style="dim")
    table.add_column("Source", no_wrap=True)
    table.add_column("Passage", ratio=1)
    for number, hit in enumerate(result.hits, start=result.query.offset + 1):
        table.add_row(str(number), _source(hit), _marked(hit))
    console.print(table)
    first = next((hit for hit in result.hits if hit.accession and hit.item), None)
    if first:
        console.print(f"[dim]Read the item:[/] workbench sections {first.accession} --item {first.item}", highlight=False)
    if result.next_offset is not None:
        console.print(f"[dim]More:[/] --offset {result.next_offset}", highlight=False)


def _print_figures(answer: FigureAnswer) -> None:
    """The figures that the question asks for, each with the filings that prove it."""
    if answer.unclear:
        console.print(f"No figure: {no_figure_text(answer.unclear, answer.unclear_text)}", style="dim", markup=False)
    for each in answer.figures:
        console.print(explanation(each.asked), style="bold" if each.asked.reason is None else "dim", markup=False)
        if each.proof is None or each.asked.reason is not None:
            continue
        figure = each.proof.figure
        filings = dict.fromkeys(
            f"{one.fact.form} filed {one.fact.filed_on} ({one.fact.accession})" for one in each.proof.origins
        )
        formula = f"{figure.formula}; " if figure.formula else ""
        console.print(f"  {formula}{', '.join(filings)}", style="dim", markup=False, highlight=False)
    console.print()


def _print_understood(result: SearchResult) -> None:
    named = meanings(read_question(result.query.text).text, result.understood)
    parts = [meaning if meaning.lower() == words.lower() else f"{words} = {meaning}" for words, meaning in named]
    if parts:
        shown = escape(", ".join(dict.fromkeys(parts)))
        console.print(
            f"[dim]Interpreted as: {shown}. Matches come first; nothing is excluded. Undo with --ignore WORDS.[/]",
            highlight=False,
        )
    if result.unanswered:
        error_console.print(f"[dim]Searched with the fast model only: {escape(result.unanswered)}[/]", highlight=False)


def _source(hit: Hit) -> Text:
    about = " · ".join(part for part in (hit.form, period_of(hit)) if part)
    lines = [
        (hit.company_label or hit.title or hit.document, "bold"),
        (about, ""),
        (f"filed {hit.filed_on.isoformat()}" if hit.filed_on else "", ""),
        (str(hit.accession or hit.document), "dim"),
    ]
    return Text("\n").join(Text(line, style=style) for line, style in lines if line)


def _marked(hit: Hit) -> Text:
    shown = snippet(hit, 420)
    text = Text(shown.text)
    for start, end in shown.highlights:
        text.stylize("bold yellow", start, end)
    if hit.context:
        text = Text.assemble((hit.context.replace("\t", "  "), "dim"), "\n", text)
    if place := place_of(hit):
        text = Text.assemble((place, "dim"), "\n", text)
    if hit.also_in:
        text.append(f"\nalso in {', '.join(map(str, hit.also_in))}", style="dim")
    return text
