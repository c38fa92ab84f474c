"""Revenue and the like by segment, region and product on the company page."""

from __future__ import annotations

from html import escape

from workbench.domain.amounts import in_units
from workbench.domain.facts.source import SourceFact
from workbench.domain.measures.provenance import Element
from workbench.domain.measures.segments import Breakdown, Row, period_label
from workbench.pages.frame.markup import address, day
from workbench.pages.frame.selection import Selection


def segment_tables(breakdowns: tuple[Breakdown, ...], selection: Selection) -> str:
    """One table a breakdown, newest period first; each figure opens the filing, highlighted where it is printed."""
    if not breakdowns:
        return (
            '<div class="head"><h2>Segments</h2></div><p class="muted">'
            "No archived filing of this company divides its figures by segment, region or product.</p>"
        )
    head = (
        '<div class="head"><h2>Segments</h2><span class="right small muted">In millions, by fiscal year, as filed. '
        "Choose a figure to open the filing where it is printed.</span></div>"
    )
    return f'{head}<div class="breakdowns">{"".join(_table(each, selection) for each in breakdowns)}</div>'


def _table(breakdown: Breakdown, selection: Selection) -> str:
    places = range(len(breakdown.periods) - 1, -1, -1)
    columns = "".join(
        f'<th scope="col"><b>{escape(period_label(breakdown.periods[place]))}</b>{day(breakdown.periods[place][1])}</th>'
        for place in places
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(row.words)}</th>'
        + "".join(f"<td>{_cell(row, place, selection)}</td>" for place in places)
        + "</tr>"
        for row in breakdown.rows
    )
    title = f"{breakdown.label} by {breakdown.axis_label.lower()}, {breakdown.unit}"
    note = "" if False not in breakdown.adds_up else '<p class="small muted">≠ the rows are not known to be all.</p>'
    return (
        f'<section><h3>{escape(title)}</h3><div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}">'
        f'<table class="statement"><thead><tr><th></th>{columns}</tr></thead><tbody>{rows}{_total(breakdown)}</tbody></table>'
        f"</div>{note}</section>"
    )


def _cell(row: Row, place: int, selection: Selection) -> str:
    fact = row.facts[place]
    if fact is None:
        return '<span class="faint">–</span>'
    element = row.elements[place] if row.elements else None
    link = address("reader", _place(fact, element, selection))
    told = f"{escape(fact.form)}, filed {day(fact.filed_on)}"
    return f'<a class="figure reported" href="{link}" title="{told}">{in_units(fact.value)}</a>'


def _place(fact: SourceFact, element: Element | None, selection: Selection) -> Selection:
    if element is None:
        return Selection(accession=fact.accession, as_of=selection.as_of)
    return Selection(
        accession=fact.accession, document=element.document, as_of=selection.as_of, start=element.start, end=element.end
    )


def _total(breakdown: Breakdown) -> str:
    if not any(breakdown.total):
        return ""
    cells = "".join(
        f"<td>{in_units(fact.value) if fact else '–'}{' ≠' if adds_up is False else ''}</td>"
        for fact, adds_up in reversed(list(zip(breakdown.total, breakdown.adds_up, strict=True)))
    )
    return f'<tr class="total"><th scope="row">The company as a whole</th>{cells}</tr>'
