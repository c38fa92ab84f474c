"""Runs of reports as the API gives them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from workbench.domain.operations.reports import RunStatus, Value, Why

_RUN: JsonDict = {
    "report_id": 7, "notebook": "company_review", "title": "Company review: AAPL, as of 2024-12-31",
    "parameters": {"ticker": "AAPL", "as_of": "2024-12-31", "periods": 8}, "as_of": "2024-12-31", "status": "finished",
    "started_at": "2026-01-31T09:00:00Z", "finished_at": "2026-01-31T09:00:12Z", "cells": 12, "cells_done": 12,
    "figures": 736, "figures_sha256": "231f0ea5",
}  # fmt: skip


class ReportOut(BaseModel):
    """One run that is kept; `manifest` is what it was made of, null until it has finished."""

    report_id: int
    notebook: str
    title: str
    parameters: dict[str, Value]
    as_of: date
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None = None
    cells: int
    cells_done: int
    figures: int
    error: str | None = None
    schedule: str | None = None
    figures_sha256: str | None = None
    manifest: dict[str, Any] | None = None
    model_config = ConfigDict(json_schema_extra={"example": _RUN})


class ReportPage(BaseModel):
    """Runs, the newest first."""

    reports: list[ReportOut]
    next_offset: int | None = None
    model_config = ConfigDict(json_schema_extra={"example": {"reports": [_RUN]}})


class ReportOrder(BaseModel):
    """What to run: a notebook of the project with its parameters, or again what the run of a number ran."""

    notebook: str | None = Field(default=None, max_length=100)
    parameters: dict[str, Value] = Field(default_factory=dict)
    rerun: int | None = Field(default=None, ge=1)
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"notebook": "company_review", "parameters": {"ticker": "AAPL"}}}
    )


class DifferenceOut(BaseModel):
    """Something the two runs were made of that differs."""

    what: str
    before: str
    after: str


class FigureChangeOut(BaseModel):
    """A figure that differs; null on the side where it was not given at all."""

    cik: int
    company: str
    table: str
    basis: str
    measure: str
    label: str
    period: str
    period_end: date
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    change: str | None
    why: Why
    detail: str


class ReportComparisonOut(BaseModel):
    """How two runs differ; `changed_figures` counts all of which `changes` may be the first."""

    is_equal: bool
    equal_figures: int
    changed_figures: int
    counts: dict[Why, int]
    differences: list[DifferenceOut]
    changes: list[FigureChangeOut]
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "is_equal": True, "equal_figures": 736, "changed_figures": 0, "counts": {}, "differences": [], "changes": [],
            }
        }
    )  # fmt: skip


class ScheduleOut(BaseModel):
    """A report that is run again and again; `cron` in UTC."""

    name: str
    notebook: str
    parameters: dict[str, Value]
    cron: str
    next_at: datetime
    last_started_at: datetime | None = None


class SchedulesOut(BaseModel):
    """Every schedule by name."""

    schedules: list[ScheduleOut]
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "schedules": [
                    {
                        "name": "apple-daily", "notebook": "company_review", "parameters": {"ticker": "AAPL"},
                        "cron": "0 6 * * *", "next_at": "2026-02-01T06:00:00Z",
                    }
                ]
            }
        }
    )  # fmt: skip
