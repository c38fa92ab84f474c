"""`workbench concepts`: which XBRL tags reach which line, and why."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.explanation import ExplainedPeriod, Explanation, explain, statement_of
from workbench.domain.statements.statement import StatementKind

concepts = typer.Typer(no_args_is_help=True, help="The map from XBRL tags to the lines of a statement.")
app.add_typer(concepts, name="concepts")


@concepts.command("list")
def list_lines(
    industry: Annotated[str, typer.Option(help="commercial, bank, insurer, reit, utility or broker.")] = "commercial",
) -> None:
    """List every line of an industry's statements with its tags in order of preference, or its formula."""
    concept_map = ConceptMap.load()
    if industry not in concept_map.industry_names:
        raise InvalidRequest(f"{industry!r} is no industry of the map: {', '.join(concept_map.industry_names)}")
    for kind in StatementKind:
        table = Table(title=kind.value, box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left")
        for heading in ("line", "tags in order of preference", "formula"):
            table.add_column(heading, overflow="fold")
        for line in concept_map.template(kind, industry).lines:
            formula = " ".join(f"{'+' if term.sign > 0 else '-'} {term.line}" for term in line.formula).removeprefix("+ ")
            tags = " ".join(tag.removeprefix("us-gaap:") for tag in line.tags)
            table.add_row(Text(line.name), Text(tags, style="dim"), Text(formula))
        console.print(table)


@concepts.command("explain")
def explain_line(
    company: Annotated[str, typer.Argument(help="Ticker or CIK.", show_default=False)],
    line: Annotated[str, typer.Argument(help="A line, such as revenue.", show_default=False)],
    *,
    as_of: Annotated[str | None, typer.Option(help="As known on this date, such as 2024-06-30.", metavar="DATE")] = None,
    periods: Annotated[int, typer.Option(help="The newest N fiscal years.", min=1)] = 6,
) -> None:
    """Show for each fiscal year which tag gave a line its figure, which others were reported, and by what rule it won."""
    from db.companies import resolve
    from db.facts.as_filed import known_facts
    from workbench.runtime import open_workbench

    day = parse_as_of(as_of)
    tags = ConceptMap.load().all_tags(statement_of(line))
    with open_workbench() as workbench, workbench.database.read() as connection:
        found = resolve(connection, company)
        explanation = explain(found, line, known_facts(connection, found.cik, tags, day))
    console.print(Text(f"{explanation.line.label}: {explanation.rule}", style="bold"))
    console.print(Text(f"{explanation.industry} template, concept map {explanation.version}", style="dim"))
    console.print(_table(explanation, periods))
    if explanation.reached:
        console.print(
            Text("ᶜ not listed by the map: proven to be this line by its filing's own calculation linkbase", style="dim")
        )


def _table(explanation: Explanation, count: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("period", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("tag", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("accession", no_wrap=True)
    table.add_column("filed", no_wrap=True)
    for explained in explanation.periods[:count]:
        _add(table, explained, explanation.reached)
    return table


def _add(table: Table, explained: ExplainedPeriod, reached: Collection[str]) -> None:
    label = f"FY {explained.period.fiscal_year}"
    if explained.winner is None:
        value = f"{explained.cell.value:,f}" if explained.cell.value is not None else ""
        table.add_row(label, "=" if value else "–", Text(explained.cell.formula or str(explained.cell.reason)), value, "", "")
        label = ""
    for fact in explained.candidates:
        won = fact == explained.winner
        style = "green" if won else "dim"
        cells = (
            fact.concept + ("ᶜ" if fact.concept in reached else ""),
            f"{fact.value:,f}",
            fact.accession,
            fact.filed_on.isoformat(),
        )
        table.add_row(label, "✓" if won else "", *(Text(cell, style=style) for cell in cells))
        label = ""
