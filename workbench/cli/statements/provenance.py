"""`workbench provenance`: where a figure comes from, down to the element of the filing that prints it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from db.companies import resolve
from db.statements.provenance import measure_provenance
from workbench import runtime
from workbench.analysis.statements.provenance_json import provenance_document
from workbench.cli.console import console
from workbench.cli.output import AsOf, CompanyName, TextOrJson, write_json
from workbench.domain.amounts import by_unit
from workbench.domain.as_of import parse_as_of, parse_day
from workbench.domain.measures.provenance import Element, NoElement, Origin, Provenance
from workbench.domain.statements.reasons import why_not
from workbench.domain.statements.statement import Figure, PeriodKind

_NO_ELEMENT = {
    NoElement.FILING_NOT_ARCHIVED: "its document is not stored; `workbench ingest` loads it",
    NoElement.NO_INLINE_XBRL: "its document has no inline XBRL",
    NoElement.NOT_READ: "the inline XBRL of its document has not been read; `workbench ingest --again` reads it",
    NoElement.NOT_IN_DOCUMENT: "its main document does not tag this figure",
    NoElement.HIDDEN: "its document tags the figure in a hidden element only",
}


def print_provenance(
    company: CompanyName,
    line: Annotated[
        str,
        typer.Argument(
            metavar="LINE", help="A line of a statement or a ratio, such as revenue or gross_margin.", show_default=False
        ),
    ],
    *,
    period_end: Annotated[
        str | None, typer.Option(help="Last day of the period; by default the newest period.", metavar="DATE")
    ] = None,
    period: Annotated[
        PeriodKind, typer.Option(help="Fiscal years, quarters (or half-years or trimesters) or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    as_of: AsOf = None,
    output: TextOrJson = "text",
) -> None:
    """Show where a figure comes from: formula, facts and filings.

    For each fact it shows the element of the stored filing that prints it.
    """
    day, end = parse_as_of(as_of), parse_day(period_end) if period_end else None
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        filer = resolve(connection, company)
        provenance = measure_provenance(connection, filer, line, period=period, period_end=end, as_of=day)
    if output == "json":
        write_json(provenance_document(provenance), indent=2)
    else:
        _print(provenance)


def _print(provenance: Provenance) -> None:
    figure = provenance.figure
    value = _whole(figure) if figure.value is not None else "no value"
    console.print(Text(f"{provenance.line.label}, {provenance.period.label}: {value}", style="bold"))
    span = (
        f"{provenance.period.start} to {provenance.period.end}" if provenance.period.start else f"at {provenance.period.end}"
    )
    console.print(Text(f"{figure.status}, {span}", style="dim"))
    if figure.reason:
        console.print(Text(f"Reason: {why_not(figure.reason)}"))
    if figure.formula:
        console.print(Text(f"= {figure.formula}"))
    if figure.adjusted_value is not None:
        today = round(figure.adjusted_value, 4).normalize()  # a seventh of an amount has no last digit
        console.print(Text(f"In today's shares: {today:,f} {figure.unit} (split {figure.adjustment})"))
    for origin in provenance.origins:
        _print_origin(origin)


def _whole(figure: Figure) -> str:
    if figure.unit in ("pct", "ratio", "days"):
        return f"{by_unit(figure.value, figure.unit)}{' days' if figure.unit == 'days' else ''}"
    return f"{figure.value:,f} {figure.unit}"


def _print_origin(origin: Origin) -> None:
    fact = origin.fact
    span = f"{fact.period_start} to {fact.period_end}" if fact.period_start else f"at {fact.period_end}"
    console.print()
    console.print(Text(f"{fact.value:,f} {fact.unit}  {fact.concept}  {span}"))
    console.print(Text(f"  {fact.form} {fact.accession}, filed {fact.filed_on}", style="dim"))
    if origin.element:
        console.print(Text(f"  {_place(origin.element)}", style="green"))
    else:
        reason = _NO_ELEMENT[origin.reason] if origin.reason else "the reason is not known"
        console.print(Text(f"  Not located in the filing: {reason}", style="yellow"))
    if origin.elsewhere:
        console.print(Text(f"  Also in {origin.elsewhere.accession}: {_place(origin.elsewhere)}", style="green"))


def _place(element: Element) -> str:
    return f"printed as {element.text!r} in {element.document}, element {element.element_id}, {element.start}–{element.end}"
