"""Ratios on the company page: by group, each with its course, each figure leading to formula, operands and facts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from workbench.domain.amounts import by_unit
from workbench.domain.measures.ratios import RatioTable, ratio_definition
from workbench.domain.statements.reasons import why_not
from workbench.domain.statements.statement import Figure, StatementLine
from workbench.pages.frame.markup import address, day, notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.sparkline import course


def ratio_table(table: RatioTable, selection: Selection) -> str:
    """One row a ratio, newest period first; groups after one another. Ratios without any figure are left out and counted."""
    head = '<div class="head"><h2>Ratios</h2><span class="right small muted">choose a figure for its formula</span></div>'
    if not table.periods:
        until = f" by {day(table.as_of)}" if table.as_of else ""
        return head + notice(f"Nothing to compute ratios from was filed{until}.", "", is_inline=True)
    shown = [line for line in table.lines if any(figure.value is not None for figure in line.figures)]
    places = range(len(table.periods) - 1, -1, -1)
    columns = "".join(
        f'<th scope="col"><b>{table.periods[place].label}</b>{day(table.periods[place].end)}</th>' for place in places
    )
    body = "".join(
        f'<tr class="group"><th scope="rowgroup">{escape(name.capitalize())}</th>'
        f'<td colspan="{len(table.periods) + 1}"></td></tr>' + "".join(_row(line, places, selection) for line in lines)
        for name, lines in groupby(shown, key=lambda line: ratio_definition(line.line).group)
    )
    left_out = len(table.lines) - len(shown)
    note = f" {left_out} ratios have no figure here." if left_out else ""
    return (
        f'{head}<div class="scroll" tabindex="0" role="region" aria-label="Ratios"><table class="statement ratios"><thead>'
        f"<tr><th></th><th>Course</th>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
        '<p class="legend">Per cent of revenue or of the year before, times, or days, as each says; money in millions. A dash '
        f"is a figure that is not proven; its reason opens with it.{note}</p>"
    )


def _row(line: StatementLine, places: Sequence[int], selection: Selection) -> str:
    definition = ratio_definition(line.line)
    cells = "".join(f"<td>{_cell(line, line.figures[place], selection)}</td>" for place in places)
    return (
        f'<tr><th scope="row" title="{escape(definition.formula)}">{escape(line.label)}</th>'
        f'<td class="course">{course([figure.value for figure in line.figures])}</td>{cells}</tr>'
    )


def _cell(line: StatementLine, figure: Figure, selection: Selection) -> str:
    chosen = f"{line.line}@{figure.period_end.isoformat()}"
    text = by_unit(figure.value, figure.unit)
    hint = figure.formula if figure.value is not None else why_not(figure.reason)
    classes = ["figure", *(["refused"] if figure.value is None else []), *(["negative"] if text.startswith("(") else [])]
    return (
        f'<a class="{" ".join(classes)}" href="{address("company", selection.changed(figure=chosen))}" data-event="figure" '
        f'data-value="{escape(chosen)}" title="{escape(hint or "")}">{text}</a>'
    )
