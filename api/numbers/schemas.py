"""Ratios, restatements and checks as JSON; the shapes of `workbench.analysis.statements.numbers_json`."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from api.statements.schemas import FactOut, FigureOut, PeriodOut, StatementCompanyOut
from workbench.domain.facts.restatements import Change
from workbench.domain.statements.statement import PeriodKind, StatementKind


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RatioOut(_Schema):
    """One ratio, with a value a period. `unit` of a value: pct (0 to 100), ratio, days, a currency, or currency/shares."""

    line: str
    label: str
    group: str
    definition: str
    values: list[FigureOut]


class RatiosOut(_Schema):
    """A company's ratios: those of its industry and of the kind of period, columns from oldest to newest."""

    company: StatementCompanyOut
    industry: str
    period: PeriodKind
    as_of: date | None
    periods: list[PeriodOut]
    ratios: list[RatioOut]


class RestatementOut(_Schema):
    """One value filed otherwise later: `before` as last filed, `after` as first given anew, `evidence` for its kind.

    `lines` are the statement lines that the concept can reach; none for a figure of a note.
    """

    kind: Change
    label: str
    lines: list[str]
    evidence: str
    difference: str
    difference_pct: str | None
    before: FactOut
    after: FactOut


class RestatementsOut(_Schema):
    """Changed values, newest filing first; `counts` are of each kind over all pages."""

    company: StatementCompanyOut
    as_of: date | None
    counts: dict[Change, int]
    restatements: list[RestatementOut]
    limit: int
    offset: int
    next_offset: int | None


class StatementCheckOut(_Schema):
    """A verdict on one statement of one period: `passed`, `failed`, or `not_applicable` when there is nothing to compare."""

    company: StatementCompanyOut
    statement: StatementKind
    period: PeriodKind
    period_label: str
    period_end: date
    name: str
    verdict: str
    detail: str


class ChecksOut(_Schema):
    """Verdicts, newest period first."""

    checks: list[StatementCheckOut]
    limit: int
    offset: int
    next_offset: int | None
