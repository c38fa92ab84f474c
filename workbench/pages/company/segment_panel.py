"""Revenue and other figures by segment, region and product on the company page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from workbench.domain.amounts import in_units
from workbench.domain.facts.source import SourceFact
from workbench.domain.measures.provenance import Element
from workbench.domain.measures.segments import Breakdown, Row
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.frame.markup import choices, day, href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment


def segment_tables(breakdowns: tuple[Breakdown, ...], selection: Selection) -> Markup:
    """One table a breakdown, newest period first; each figure opens the filing with the figure highlighted."""
    offered = [
        (period.value, period.value.capitalize(), href("company", replace(selection, period=period)))
        for period in (PeriodKind.ANNUAL, PeriodKind.QUARTERLY)
    ]
    periods = choices(offered, selection.period)
    if not breakdowns:
        return fragment("company/segment_panel.html", "empty", periods)
    return fragment("company/segment_panel.html", "segments", [_table(each, selection) for each in breakdowns], periods)


def _table(breakdown: Breakdown, selection: Selection) -> dict[str, Any]:
    places = range(len(breakdown.periods) - 1, -1, -1)
    return {
        "title": f"{breakdown.label} by {breakdown.axis_label.lower()}, {breakdown.unit}",
        "columns": [{"label": breakdown.period_labels[place], "end": day(breakdown.periods[place][1])} for place in places],
        "rows": [{"label": row.words, "cells": [_cell(row, place, selection) for place in places]} for row in breakdown.rows],
        "total": _total(breakdown),
        "is_partial": False in breakdown.adds_up,
    }


def _cell(row: Row, place: int, selection: Selection) -> dict[str, str] | None:
    fact = row.facts[place]
    if fact is None:
        return None
    element = row.elements[place] if row.elements else None
    return {
        "href": href("reader", _place(fact, element, selection)),
        "source": f"{fact.form}, filed {day(fact.filed_on)}",
        "text": in_units(fact.value),
    }


def _place(fact: SourceFact, element: Element | None, selection: Selection) -> Selection:
    if element is None:
        return Selection(accession=fact.accession, as_of=selection.as_of)
    return Selection(
        accession=fact.accession, document=element.document, as_of=selection.as_of, start=element.start, end=element.end
    )


def _total(breakdown: Breakdown) -> list[str]:
    if not any(breakdown.total):
        return []
    return [
        f"{in_units(fact.value) if fact else '–'}{' ≠' if adds_up is False else ''}"
        for fact, adds_up in reversed(list(zip(breakdown.total, breakdown.adds_up, strict=True)))
    ]
