"""The history of a figure in the drawer of its sources: what it was after each filing that carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from workbench.domain.facts.source import SourceFact
from workbench.domain.measures.figure_history import FigureChange, KnownFigure
from workbench.domain.measures.provenance import Element, Origin
from workbench.domain.statements.reasons import why_not
from workbench.pages.company.statement_table import amount
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_TEMPLATE = "company/figure_history.html"
_TONES = {
    FigureChange.FIRST: "good", FigureChange.RESTATED: "bad", FigureChange.SPLIT: "accent", FigureChange.WITHDRAWN: "warn",
}  # fmt: skip
_WORDS = {
    FigureChange.FIRST: "first reported",
    FigureChange.REPEATED: "repeated",
    FigureChange.RESTATED: "restated",
    FigureChange.SPLIT: "after a split",
    FigureChange.WITHDRAWN: "no longer proven",
}


def history_table(known: Sequence[KnownFigure], origins: Sequence[Origin], selection: Selection) -> Markup:
    """One row a day with a filing of the figure or its operands, oldest first; filings link to the element if it is known.

    `origins` are those of the facts as filed, in any order.
    """
    if not known:
        return Markup()
    elements = {origin.fact: origin.element for origin in origins if origin.element is not None}
    return fragment(_TEMPLATE, "history", [_row(each, elements, selection) for each in known])


def _row(known: KnownFigure, elements: Mapping[SourceFact, Element], selection: Selection) -> dict[str, Any]:
    return {
        "day": day(known.known_on),
        "value": amount(known.value, known.unit) if known.value is not None else "–",
        "why": why_not(known.reason) if known.value is None else "",
        "change": _WORDS[known.change],
        "tone": _TONES.get(known.change, ""),
        "filings": [_filing(accession, form, known, elements, selection) for accession, form in known.filings],
    }


def _filing(
    accession: str, form: str, known: KnownFigure, elements: Mapping[SourceFact, Element], selection: Selection
) -> dict[str, str]:
    own = [fact for fact in known.as_filed if fact.accession == accession]
    element = next((elements[fact] for fact in own if fact in elements), None)
    target = Selection(accession=accession, as_of=selection.as_of)
    if element is not None:
        target = Selection(
            accession=accession, document=element.document, as_of=selection.as_of, start=element.start, end=element.end
        )
    return {"href": href("reader", target), "form": form, "accession": accession}


def history_waiting() -> Markup:
    """What stands there until the history has been read."""
    return fragment(_TEMPLATE, "waiting")
