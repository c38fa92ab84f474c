"""The shapes of statements."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from workbench.domain.statements.statement import PeriodKind, StatementKind, Status


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StatementCompanyOut(_Schema):
    """Whose statement it is."""

    ticker: str | None
    cik: int
    name: str


class PeriodOut(_Schema):
    """One column; `start` is null for a balance sheet, `fiscal_quarter` for a year."""

    start: date | None
    end: date
    fiscal_year: int
    fiscal_quarter: int | None
    is_transition: bool
    label: str


class FactOut(_Schema):
    """The proof of a figure: one fact as one filing reported it."""

    concept: str
    accession: str
    filed_on: date
    form: str
    unit: str
    period_start: date | None
    period_end: date
    value: str


class FigureOut(_Schema):
    """One cell: `reported`, `derived` by `formula` from `facts`, or `refused` for `reason`, and then without a value.

    `adjusted_value` is a share figure filed before a stock split in today's shares, `adjustment` says by which splits.
    """

    period_end: date
    value: str | None
    unit: str | None
    status: Status
    reason: str | None
    formula: str | None
    adjusted_value: str | None
    adjustment: str | None
    facts: list[FactOut]


class LineOut(_Schema):
    """One row, with a value a period."""

    line: str
    label: str
    level: int
    is_total: bool
    values: list[FigureOut]


class CheckOut(_Schema):
    """A tie-out of one period."""

    name: str
    period_end: date
    verdict: str
    detail: str


class StatementOut(_Schema):
    """A standardised statement as known on `as_of`; periods run from oldest to newest."""

    company: StatementCompanyOut
    kind: StatementKind
    period: PeriodKind
    as_of: date | None
    periods: list[PeriodOut]
    lines: list[LineOut]
    checks: list[CheckOut]
