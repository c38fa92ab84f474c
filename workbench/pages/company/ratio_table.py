"""Ratios on the company page, by group, with their trends; each figure links to its formula, operands and facts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from workbench.domain.amounts import by_unit
from workbench.domain.measures.ratios import RatioTable, ratio_definition
from workbench.domain.statements.reasons import why_not, why_stale
from workbench.domain.statements.statement import Figure, StatementLine
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.sparkline import sparkline
from workbench.pages.frame.templates import fragment

_TEMPLATE = "company/ratio_table.html"


def ratio_table(table: RatioTable, selection: Selection) -> Markup:
    """One row a ratio, by group, newest period first; ratios without figures are left out and counted."""
    if not table.is_known and table.filings_from:
        since = f"The loaded filings begin on {day(table.filings_from)}."
        return fragment(_TEMPLATE, "empty", notice("Ratios on this day are unknown.", since, is_inline=True))
    if not table.periods:
        until = f" by {day(table.as_of)}" if table.as_of else ""
        return fragment(_TEMPLATE, "empty", notice(f"No filed figures to compute ratios from{until}.", "", is_inline=True))
    shown = [line for line in table.lines if any(figure.value is not None for figure in line.figures)]
    places = range(len(table.periods) - 1, -1, -1)
    columns = [{"label": table.periods[place].label, "end": day(table.periods[place].end)} for place in places]
    groups = [
        {"name": name.capitalize(), "rows": [_row(line, places, selection) for line in lines]}
        for name, lines in groupby(shown, key=lambda line: ratio_definition(line.line).group)
    ]
    left_out = len(table.lines) - len(shown)
    note = f" {left_out} ratios without figures are not shown." if left_out else ""
    if newer := table.periods[-1].newer_year_end:
        note = f"{note} {why_stale(day(newer))}"
    return fragment(_TEMPLATE, "ratios", columns, groups, note)


def _row(line: StatementLine, places: Sequence[int], selection: Selection) -> dict[str, Any]:
    return {
        "formula": ratio_definition(line.line).formula,
        "label": line.label,
        "line": sparkline([figure.value for figure in line.figures]),
        "cells": [_cell(line, line.figures[place], selection) for place in places],
    }


def _cell(line: StatementLine, figure: Figure, selection: Selection) -> dict[str, str]:
    return ratio_cell(figure, f"{line.line}@{figure.period_end.isoformat()}", selection)


def ratio_cell(figure: Figure, chosen: str, selection: Selection) -> dict[str, str]:
    """A figure that opens its sources; its tooltip is the formula, or the reason why there is no figure."""
    text = by_unit(figure.value, figure.unit)
    hint = figure.formula if figure.value is not None else why_not(figure.reason)
    classes = ["figure", *(["refused"] if figure.value is None else []), *(["negative"] if text.startswith("(") else [])]
    return {
        "classes": " ".join(classes),
        "href": href("company", selection.changed(figure=chosen)),
        "chosen": chosen,
        "hint": hint or "",
        "text": text,
    }
