"""Where a figure comes from, as JSON: one shape for the command line and the API."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate
from workbench.analysis.company_json import FilerAnswer, filer_answer
from workbench.analysis.statements.statement_json import FactFields, FigureFields, fact_document, figure_fields
from workbench.domain.measures.provenance import Element, NoElement, Origin, Provenance
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind


class ElementAnswer(TypedDict, closed=True):
    """The inline XBRL element that prints a fact: its span [start, end) of the document's extracted text, and its text."""

    accession: str
    document: str
    element_id: str
    start: int
    end: int
    text: str


class OperandAnswer(FactFields, closed=True):
    """A fact with the element of its filing, or the `reason` why none can be shown.

    `elsewhere` is then an element of another archived filing that reports the same fact, if there is one.
    """

    element: ElementAnswer | None
    reason: NoElement | None
    elsewhere: ElementAnswer | None


class ProvenanceAnswer(FigureFields, closed=True):
    """One figure and its operands, in the order of its formula. `kind` is its statement, or `ratios`.

    `adjusted_value` restates a share figure filed before a stock split in today's shares; `adjustment` names the splits.
    """

    company: FilerAnswer
    kind: StatementKind | Literal["ratios"]
    period: PeriodKind
    as_of: IsoDate | None
    line: str
    label: str
    period_label: str
    period_start: IsoDate | None
    operands: list[OperandAnswer]


def provenance_document(provenance: Provenance) -> ProvenanceAnswer:
    """The figure, and its operands in the order of the formula, each with its element."""
    table, column, figure = provenance.table, provenance.period, provenance.figure
    return {
        "company": filer_answer(table.company),
        "kind": table.kind if isinstance(table, Statement) else "ratios",
        "period": table.period,
        "as_of": table.as_of.isoformat() if table.as_of else None,
        "line": provenance.line.line,
        "label": provenance.line.label,
        "period_label": column.label,
        "period_start": column.start.isoformat() if column.start else None,
        **figure_fields(figure),
        "operands": [_origin(origin) for origin in provenance.origins],
    }


def _origin(origin: Origin) -> OperandAnswer:
    return {
        **fact_document(origin.fact),
        "element": element_document(origin.element),
        "reason": origin.reason,
        "elsewhere": element_document(origin.elsewhere),
    }


def element_document(element: Element | None) -> ElementAnswer | None:
    """An element; None for none."""
    if element is None:
        return None
    return {
        "accession": element.accession.text,
        "document": element.document,
        "element_id": element.element_id,
        "start": element.start,
        "end": element.end,
        "text": element.text,
    }
