"""Comparisons and screens as JSON."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.statements.schemas import FigureOut, PeriodOut
from workbench.domain.statements.statement import PeriodKind


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PeerOut(_Schema):
    """A company by its names."""

    ticker: str | None
    cik: int
    name: str
    sic: str | None


class CalendarOut(_Schema):
    """A calendar year, or a quarter of one."""

    label: str
    year: int
    quarter: int | None


class ComparedOut(FigureOut):
    """A figure with the company's own period it is for."""

    period: PeriodOut


class ComparedRowOut(_Schema):
    """One measure of one company: a figure for each column, null where it reported no such period."""

    company: PeerOut
    measure: str
    label: str
    figures: list[ComparedOut | None]


class ComparisonOut(_Schema):
    """Rows by measure, then company; columns from oldest to newest."""

    period: PeriodKind
    as_of: date | None
    columns: list[CalendarOut]
    rows: list[ComparedRowOut]


class FilterOut(_Schema):
    """A filter as it is written, and what it says."""

    filter: str
    sentence: str


class MetricOut(_Schema):
    """A column of the screen: a line or ratio in the latest period of a kind, or a measure of value at the last close."""

    metric: str
    measure: str
    label: str
    basis: PeriodKind | Literal["close"]


class LatestOut(_Schema):
    """A latest figure; `value` is null where it is refused, `period` and `period_end` where there is none of that kind."""

    metric: str
    value: str | None
    unit: str
    period: str | None
    period_end: date | None


class ScreenedOut(_Schema):
    """A company that passed."""

    company: PeerOut
    figures: list[LatestOut]


class ScreenOut(_Schema):
    """What a screen says and finds.

    `undecided` counts companies that lack a figure which would decide, and pass all else; `looked_at` all there are.
    """

    as_of: date | None
    sentence: str
    filters: list[FilterOut]
    sort: str
    metrics: list[MetricOut]
    companies: list[ScreenedOut]
    matched: int
    undecided: int
    looked_at: int
    limit: int
    offset: int
    next_offset: int | None
