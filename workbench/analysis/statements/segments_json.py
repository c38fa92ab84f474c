"""The JSON shape of breakdowns, one for the command line and the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from workbench.analysis.statements.provenance_json import element_document
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Company
from workbench.domain.measures.provenance import Element
from workbench.domain.measures.segments import Breakdown, Row, period_label
from workbench.domain.statements.statement import PeriodKind


def segments_document(
    company: Company, period: PeriodKind, as_of: date | None, breakdowns: Sequence[Breakdown]
) -> dict[str, Any]:
    """The breakdowns as plain values: dates in ISO form, figures as decimal text, periods oldest first."""
    return {
        "company": {
            "ticker": company.ticker.symbol if company.ticker else None,
            "cik": company.cik.number,
            "name": company.name,
        },
        "period": period.value,
        "as_of": as_of.isoformat() if as_of else None,
        "breakdowns": [_breakdown(each) for each in breakdowns],
    }


def _breakdown(breakdown: Breakdown) -> dict[str, Any]:
    return {
        "line": breakdown.line,
        "label": breakdown.label,
        "concept": breakdown.concept,
        "unit": breakdown.unit,
        "axes": list(breakdown.axes),
        "axis_label": breakdown.axis_label,
        "periods": [
            {"start": start.isoformat() if start else None, "end": end.isoformat(), "label": period_label((start, end))}
            for start, end in breakdown.periods
        ],
        "rows": [_row(row) for row in breakdown.rows],
        "total": [f"{fact.value:f}" if fact else None for fact in breakdown.total],
        "adds_up": list(breakdown.adds_up),
    }


def _row(row: Row) -> dict[str, Any]:
    elements = row.elements or (None,) * len(row.facts)
    return {
        "members": list(row.members),
        "label": row.label,
        "is_in_others": row.is_in_others,
        "is_reconciling": row.is_reconciling,
        "values": [_value(fact, element) for fact, element in zip(row.facts, elements, strict=True)],
    }


def _value(fact: SourceFact | None, element: Element | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "value": f"{fact.value:f}",
        "accession": fact.accession,
        "form": fact.form,
        "filed_on": fact.filed_on.isoformat(),
        "element": element_document(element),
    }
