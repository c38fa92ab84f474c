"""The JSON shape of a figure's provenance, one for the command line and the API."""

from __future__ import annotations

from typing import Any

from workbench.analysis.statements.statement_json import fact_document
from workbench.domain.measures.provenance import Element, Origin, Provenance
from workbench.domain.statements.statement import Statement

# The kind of a figure that stands on no statement.
RATIOS = "ratios"


def provenance_document(provenance: Provenance) -> dict[str, Any]:
    """The chain as plain values: the figure, and its operands in the order of the formula, each with its element."""
    table, column, figure = provenance.table, provenance.period, provenance.figure
    company = table.company
    return {
        "company": {
            "ticker": company.ticker.symbol if company.ticker else None,
            "cik": company.cik.number,
            "name": company.name,
        },
        "kind": table.kind.value if isinstance(table, Statement) else RATIOS,
        "period": table.period.value,
        "as_of": table.as_of.isoformat() if table.as_of else None,
        "line": provenance.line.line,
        "label": provenance.line.label,
        "period_label": column.label,
        "period_start": column.start.isoformat() if column.start else None,
        "period_end": column.end.isoformat(),
        "value": f"{figure.value:f}" if figure.value is not None else None,
        "unit": figure.unit,
        "status": figure.status.value,
        "reason": figure.reason,
        "formula": figure.formula,
        "adjusted_value": f"{figure.adjusted_value:f}" if figure.adjusted_value is not None else None,
        "adjustment": figure.adjustment,
        "operands": [_origin(origin) for origin in provenance.origins],
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        **fact_document(origin.fact),
        "element": element_document(origin.element),
        "reason": origin.reason.value if origin.reason else None,
        "elsewhere": element_document(origin.elsewhere),
    }


def element_document(element: Element | None) -> dict[str, Any] | None:
    """An element as plain values; None for none."""
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
