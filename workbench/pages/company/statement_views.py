"""A statement's change from a year before and its common size as a table, in the place of its amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from workbench.domain.amounts import by_unit
from workbench.domain.errors import InvalidRequest
from workbench.domain.screens.statement_views import StatementView, ViewedStatement, whole_of
from workbench.domain.statements.reasons import why_not
from workbench.domain.statements.statement import Figure, Statement
from workbench.pages.company.statement_table import (
    OLDEST_FIRST,
    VIEWS,
    ChosenFigure,
    find_figure,
    in_order,
    table_head,
)
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_TEMPLATE = "company/statement_table.html"


def chosen_view(selection: Selection) -> StatementView | None:
    """The view in the address, None for amounts; raises InvalidRequest for another name."""
    if not selection.view:
        return None
    try:
        return StatementView(selection.view)
    except ValueError:
        raise InvalidRequest(f"view must be one of {', '.join(StatementView)}, not {selection.view!r}") from None


def view_table(shown: ViewedStatement, statement: Statement, selection: Selection) -> Markup:
    """The statement's lines that have figures in the view, with compound growth beside the newest year.

    Lines without figures of their own, which repeat another line, are left out.
    """
    is_oldest_first = selection.sort == OLDEST_FIRST
    compound = [each for each in shown.compound if any(figure.value is not None for figure in each.figures)]
    rates = [{"label": f"CAGR {each.years} y", "end": "to the newest"} for each in compound]
    periods = [{"label": period.label, "end": day(period.end)} for period in in_order(shown.table.periods, selection)]
    names = {line.line for line in statement.lines}
    own = {line.line for line in statement.lines if line.has_own_figure(names)}
    rows = [
        {
            "classes": "total" if line.is_total else "",
            "level": line.level,
            "label": line.label,
            "cells": _arranged(
                [_cell(line.line, figure, selection) for figure in in_order(line.figures, selection)],
                [_rate(each.figures[place]) for each in compound],
                is_oldest_first=is_oldest_first,
            ),
        }
        for place, line in enumerate(shown.table.lines)
        if line.line in own and any(figure.value is not None for figure in line.figures)
    ]
    columns = _arranged(periods, rates, is_oldest_first=is_oldest_first)
    head = table_head(statement, selection) | {"note": _note(shown, statement)}
    table = {
        "columns": columns,
        "rows": rows,
        "checks": [],
        "notes": _legend(shown, has_rates=bool(compound)),
        "rows_switch": "",
    }
    return fragment(_TEMPLATE, "statement", head | table)


def find_in_view(shown: ViewedStatement, chosen: str) -> ChosenFigure | None:
    """The figure that `line@period end` names, its line called as in its drawer; None when the view has no such figure."""
    match = find_figure(shown.table, chosen) if chosen else None
    if match is None:
        return None
    line, period, figure = match
    return replace(line, label=f"{line.label}, {VIEWS[shown.view].lower()}"), period, figure


def _arranged(periods: Sequence[Any], rates: Sequence[Any], *, is_oldest_first: bool) -> list[Any]:
    """Compound growth stands beside the newest period."""
    return [*periods, *rates] if is_oldest_first else [*rates, *periods]


def _cell(line: str, figure: Figure, selection: Selection) -> dict[str, str]:
    chosen = f"{line}@{figure.period_end.isoformat()}"
    return _shown(figure) | {"chosen": chosen, "href": href("company", selection.changed(figure=chosen))}


def _rate(figure: Figure) -> dict[str, str]:
    return _shown(figure) | {"chosen": "", "href": ""}


def _shown(figure: Figure) -> dict[str, str]:
    text = by_unit(figure.value, figure.unit)
    sign = " negative" if text.startswith("(") else ""
    hint = (figure.formula or "") if figure.value is not None else why_not(figure.reason)
    return {"classes": f"figure{'' if figure.value is not None else ' refused'}{sign}", "text": text, "hint": hint}


def _note(shown: ViewedStatement, statement: Statement) -> str:
    known = f"As known {'on ' + day(statement.as_of) if statement.as_of else 'today'}."
    if shown.view is StatementView.GROWTH:
        return f"Change from the same period of the year before. {known}"
    return f"Per cent of {whole_of(statement.kind).replace('_', ' ')}. {known}"


def _legend(shown: ViewedStatement, *, has_rates: bool) -> list[str]:
    notes = ["Choose a figure for its formula and operands."]
    if has_rates:
        notes.append("CAGR: compound annual growth over so many fiscal years.")
    if shown.view is StatementView.GROWTH:
        notes.append("Per-share figures and share counts in today's shares.")
    return [*notes, "– = cannot be verified, or no meaningful percentage (point at it for the reason)"]
