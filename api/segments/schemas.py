"""Figures by segment, region and product, as JSON."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from api.provenance.schemas import ElementOut
from api.statements.schemas import StatementCompanyOut
from workbench.domain.statements.statement import PeriodKind


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SegmentPeriodOut(_Schema):
    """One column; `start` is null for a balance sheet date."""

    start: date | None
    end: date
    label: str


class SegmentValueOut(_Schema):
    """One figure, the filing it is from, and the element that prints it, where its document is archived."""

    value: str
    accession: str
    form: str
    filed_on: date
    element: ElementOut | None


class SegmentRowOut(_Schema):
    """One member, or one within another: the qualified names in the order of the axes, and a value or null a period.

    A row that `is_in_others` is a group of other rows or a part of one, and counts in no sum. One that `is_reconciling` is no
    member of the axis: eliminations between segments, or what is of none.
    """

    members: list[str]
    label: str
    is_in_others: bool
    is_reconciling: bool
    values: list[SegmentValueOut | None]


class BreakdownOut(_Schema):
    """A line divided by one axis, or by one within another.

    `total` is the company as a whole; `adds_up` says whether the rows not in others make it up, null where there is no total.
    """

    line: str
    label: str
    concept: str
    unit: str
    axes: list[str]
    axis_label: str
    periods: list[SegmentPeriodOut]
    rows: list[SegmentRowOut]
    total: list[str | None]
    adds_up: list[bool | None]


class SegmentsOut(_Schema):
    """All divisions of a company's figures as known on `as_of`; periods run from oldest to newest."""

    company: StatementCompanyOut
    period: PeriodKind
    as_of: date | None
    breakdowns: list[BreakdownOut]
