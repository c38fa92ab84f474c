"""`workbench concepts`: which XBRL tags reach which line, and why."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from db.companies import resolve
from db.facts.as_filed import known_facts
from workbench import runtime
from workbench.cli.console import console
from workbench.cli.output import AsOf, CompanyName, Format, write_records
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.statements.concepts import ConceptMap, LineDefinition
from workbench.domain.statements.explanation import ExplainedPeriod, Explanation, explain, statement_of
from workbench.domain.statements.statement import StatementKind


def list_lines(
    industry: Annotated[
        str,
        typer.Option(
            help="Industry template: commercial, bank, insurer, reit, real_estate, restaurant, utility, broker or fund."
        ),
    ] = "commercial",
    output: Format = "table",
) -> None:
    """List the lines of an industry's statements with their tags or formula.

    The tags stand in order of preference.
    """
    concept_map = ConceptMap.load()
    if industry not in concept_map.industry_names:
        raise InvalidRequest(
            f"there is no industry template {industry!r}", hint=f"use one of {', '.join(concept_map.industry_names)}"
        )
    lines = {kind: concept_map.template(kind, industry).lines for kind in StatementKind}
    if output == "table":
        for kind, shown in lines.items():
            console.print(_line_table(kind, shown))
        return
    records = [
        {
            "statement": kind.value,
            "line": line.name,
            "label": line.label,
            "tags": list(line.tags),
            "formula": line.formula_text,
        }
        for kind, shown in lines.items()
        for line in shown
    ]
    columns = ("statement", "line", "label", "tags", "formula")
    write_records(output, "lines", records, columns, industry=industry)


def explain_line(
    company: CompanyName,
    line: Annotated[str, typer.Argument(metavar="LINE", help="A line of a statement, such as revenue.", show_default=False)],
    *,
    as_of: AsOf = None,
    periods: Annotated[int, typer.Option(help="Number of newest fiscal years.", min=1)] = 6,
    output: Format = "table",
) -> None:
    """Show which tag a line was taken from in each fiscal year.

    It also shows the other tags that were reported, and the rule by which one was chosen.
    """
    day = parse_as_of(as_of)
    tags = ConceptMap.load().all_tags(statement_of(line))
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        filer = resolve(connection, company)
        explanation = explain(filer, line, known_facts(connection, filer.cik, tags, day))
    if output != "table":
        records = [record for period in explanation.periods[:periods] for record in _records(period)]
        columns = ("fiscal_year", "tag", "value", "unit", "accession", "filed_on", "is_chosen", "formula", "reason")
        write_records(output, "candidates", records, columns, company=filer.label, line=line, rule=explanation.rule)
        return
    console.print(Text(f"{explanation.line.label}: {explanation.rule}", style="bold"))
    console.print(Text(f"{explanation.industry} template, concept map {explanation.version}", style="dim"))
    console.print(_table(explanation, periods))
    if explanation.extensions:
        console.print(Text("ᶜ extension-concept mapping: the filing's own calculation linkbase shows the line", style="dim"))


def _line_table(kind: StatementKind, lines: Collection[LineDefinition]) -> Table:
    table = Table(title=kind.value.capitalize(), box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left")
    for heading in ("Line", "Tags in order of preference", "Formula"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        tags = " ".join(tag.removeprefix("us-gaap:") for tag in line.tags)
        table.add_row(Text(line.name), Text(tags, style="dim"), Text(line.formula_text))
    return table


def _records(explained: ExplainedPeriod) -> list[dict[str, object]]:
    """One record a reported tag; one without a tag for a figure that no tag gave."""
    year = explained.period.fiscal_year
    records: list[dict[str, object]] = [
        {
            "fiscal_year": year, "tag": fact.concept, "value": str(fact.value), "unit": fact.unit,
            "accession": str(fact.accession), "filed_on": fact.filed_on.isoformat(), "is_chosen": fact == explained.winner,
            "formula": None, "reason": None,
        }
        for fact in explained.candidates
    ]  # fmt: skip
    if explained.winner is None:
        computed = explained.computed
        value = str(computed.value) if computed.value is not None else None
        records.insert(
            0,
            {
                "fiscal_year": year, "tag": None, "value": value, "unit": None, "accession": None, "filed_on": None,
                "is_chosen": value is not None, "formula": computed.formula, "reason": computed.reason,
            },
        )  # fmt: skip
    return records


def _table(explanation: Explanation, count: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Period", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("Tag", overflow="fold")
    table.add_column("Value", justify="right", no_wrap=True)
    table.add_column("Accession", no_wrap=True)
    table.add_column("Filed", no_wrap=True)
    for explained in explanation.periods[:count]:
        _add(table, explained, explanation.extensions)
    return table


def _add(table: Table, explained: ExplainedPeriod, extensions: Collection[str]) -> None:
    label = f"FY {explained.period.fiscal_year}"
    if explained.winner is None:
        value = f"{explained.computed.value:,f}" if explained.computed.value is not None else ""
        table.add_row(
            label, "=" if value else "–", Text(explained.computed.formula or str(explained.computed.reason)), value, "", ""
        )
        label = ""
    for fact in explained.candidates:
        won = fact == explained.winner
        style = "green" if won else "dim"
        cells = (
            fact.concept + ("ᶜ" if fact.concept in extensions else ""),
            f"{fact.value:,f}",
            fact.accession,
            fact.filed_on.isoformat(),
        )
        table.add_row(label, "✓" if won else "", *(Text(cell, style=style) for cell in cells))
        label = ""
