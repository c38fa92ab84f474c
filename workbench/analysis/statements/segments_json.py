"""Figures by segment, region and product as JSON: one shape for the command line and the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate
from workbench.analysis.company_json import FilerAnswer, filer_answer
from workbench.analysis.statements.provenance_json import ElementAnswer, element_document
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Company
from workbench.domain.measures.provenance import Element
from workbench.domain.measures.segments import Breakdown, Row
from workbench.domain.statements.statement import PeriodKind


class SegmentPeriodAnswer(TypedDict, closed=True):
    """One column; `start` is null for a balance sheet date."""

    start: IsoDate | None
    end: IsoDate
    label: str


class SegmentValueAnswer(TypedDict, closed=True):
    """One figure, its filing, and the element that prints it if the document is archived."""

    value: str
    accession: str
    form: str
    filed_on: IsoDate
    element: ElementAnswer | None


class SegmentRowAnswer(TypedDict, closed=True):
    """One member, or one member within another: qualified names in the order of the axes, and a value or null for each period.

    A row that `is_in_others` is a group of other rows or a part of one, and counts in no sum. A row that `is_reconciling` is
    no member of the axis: eliminations between segments, or amounts that belong to none.
    """

    members: list[str]
    label: str
    is_in_others: bool
    is_reconciling: bool
    values: list[SegmentValueAnswer | None]


class BreakdownAnswer(TypedDict, closed=True):
    """A line broken down by one axis, or by one axis within another.

    `total` is the company as a whole. `adds_up` says whether the rows that are not in others sum to it; null without one.
    """

    line: str
    label: str
    concept: str
    unit: str
    axes: list[str]
    axis_label: str
    periods: list[SegmentPeriodAnswer]
    rows: list[SegmentRowAnswer]
    total: list[str | None]
    adds_up: list[bool | None]


class SegmentsAnswer(TypedDict, closed=True):
    """Every breakdown of a company's figures as known on `as_of`; periods run from oldest to newest."""

    company: FilerAnswer
    period: PeriodKind
    as_of: IsoDate | None
    breakdowns: list[BreakdownAnswer]


def segments_document(
    company: Company, period: PeriodKind, as_of: date | None, breakdowns: Sequence[Breakdown]
) -> SegmentsAnswer:
    """The breakdowns: figures as decimal text, periods oldest first."""
    return {
        "company": filer_answer(company),
        "period": period,
        "as_of": as_of.isoformat() if as_of else None,
        "breakdowns": [_breakdown(each) for each in breakdowns],
    }


def _breakdown(breakdown: Breakdown) -> BreakdownAnswer:
    return {
        "line": breakdown.line,
        "label": breakdown.label,
        "concept": breakdown.concept,
        "unit": breakdown.unit,
        "axes": list(breakdown.axes),
        "axis_label": breakdown.axis_label,
        "periods": [
            {"start": start.isoformat() if start else None, "end": end.isoformat(), "label": label}
            for (start, end), label in zip(breakdown.periods, breakdown.period_labels, strict=True)
        ],
        "rows": [_row(row) for row in breakdown.rows],
        "total": [f"{fact.value:f}" if fact else None for fact in breakdown.total],
        "adds_up": list(breakdown.adds_up),
    }


def _row(row: Row) -> SegmentRowAnswer:
    elements = row.elements or (None,) * len(row.facts)
    return {
        "members": list(row.members),
        "label": row.label,
        "is_in_others": row.is_in_others,
        "is_reconciling": row.is_reconciling,
        "values": [_value(fact, element) for fact, element in zip(row.facts, elements, strict=True)],
    }


def _value(fact: SourceFact | None, element: Element | None) -> SegmentValueAnswer | None:
    if fact is None:
        return None
    return {
        "value": f"{fact.value:f}",
        "accession": fact.accession,
        "form": fact.form,
        "filed_on": fact.filed_on.isoformat(),
        "element": element_document(element),
    }
