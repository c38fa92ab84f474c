"""Comparisons and screens as tables for a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from workbench.cli.console import counted
from workbench.domain.amounts import DASH, by_unit
from workbench.domain.measures.comparison import Comparison
from workbench.domain.screens.screen_results import ScreenResult


def render(comparison: Comparison) -> RenderableType:
    """A table for each measure: a row a company, a column a calendar period, below each figure its own period."""
    tables: list[RenderableType] = []
    for item in dict.fromkeys(row.measure for row in comparison.rows):
        table = Table(title=escape(item.label), title_justify="left", title_style="bold", box=None, pad_edge=False)
        table.add_column("")
        for column in comparison.columns:
            table.add_column(column.label, justify="right")
        for row in comparison.rows:
            if row.measure == item:
                cells = [
                    f"{by_unit(compared.comparable, compared.figure.unit)}\n[dim]{compared.period.label}[/dim]"
                    if compared
                    else DASH
                    for compared in row.figures
                ]
                table.add_row(escape(row.company.label), *cells)
        tables += [table, Text()]
    notes = "Money and shares in millions. Columns are calendar periods; the company's own period is below each figure."
    if any(compared and compared.figure.adjusted_value is not None for row in comparison.rows for compared in row.figures):
        notes += " Share figures are adjusted for later splits."
    tables.append(Text(notes, "dim"))
    return Group(*tables)


def render_screen(result: ScreenResult) -> RenderableType:
    """The sentence, the companies that pass with their latest figures, and what could not be decided."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Company", overflow="ellipsis", max_width=34)
    for metric in result.screen.metrics:
        table.add_column(escape(metric.label), justify="right")
    for row in result.rows:
        cells = [f"{by_unit(figure.value, figure.unit)}\n[dim]{figure.period_label or ''}[/dim]" for figure in row.figures]
        table.add_row(f"{escape(row.company.label)}\n[dim]{escape(row.company.display_name)}[/dim]", *cells)
    shown = f"{len(result.rows)} of {result.matched}" if len(result.rows) < result.matched else str(result.matched)
    notes = f"{shown} of {counted(result.companies, 'company', 'companies')} pass."
    if result.undecided:
        notes += f" {result.reasons_in_words}."
    return Group(Text(result.screen.sentence, "bold"), table, Text(f"{notes} Money and shares in millions.", "dim"))
