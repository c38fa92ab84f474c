"""Report runs as JSON, and their figures: as lines of JSON while a run goes on and in the archive, and as a workbook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, IsoTime, Page, PageFields, Schema, keys_of
from workbench.analysis.exports import Cell, Sheet, write_workbook
from workbench.analysis.statements.statement_json import FigureAnswer, ProvenFigureFields, figure_document
from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.source import SourceFact
from workbench.domain.operations.report_deliveries import DeliveryState, ReportDelivery
from workbench.domain.operations.reports import (
    FigureChange,
    ReportFigure,
    ReportRun,
    RunComparison,
    RunStatus,
    Value,
    Why,
    change_size,
)
from workbench.domain.statements.statement import Figure, Status


class ReportAnswer(TypedDict, closed=True):
    """One saved run. `manifest` records what it was made from; null until the run has finished."""

    report_id: int
    notebook: str
    title: str
    parameters: dict[str, Value]
    as_of: IsoDate
    status: RunStatus
    started_at: IsoTime
    finished_at: IsoTime | None
    cells: int
    cells_done: int
    figures: int
    error: str | None
    schedule: str | None
    figures_sha256: Annotated[str | None, Schema(description="The hash of every output; equal runs have equal hashes.")]
    manifest: dict[str, Any] | None
    owner: str
    shared_with: Annotated[list[str], Schema(description="The roles that may read it, besides its owner.")]


class ReportPage(PageFields, closed=True):
    """Saved runs, newest first."""

    reports: list[ReportAnswer]


class DifferenceAnswer(TypedDict, closed=True):
    """A difference between what the two runs were made from."""

    what: str
    before: str
    after: str


class FigureOfRunAnswer(ProvenFigureFields, closed=True):
    """A figure that a run used. `table` is a statement, `ratios` or `valuation`, `basis` a kind of period."""

    cik: int
    company: str
    table: str
    basis: str
    measure: str
    label: str
    period: str


class FigureChangeAnswer(TypedDict, closed=True):
    """A figure that differs; `before` or `after` is null if that run did not use it."""

    cik: int
    company: str
    table: str
    basis: str
    measure: str
    label: str
    period: str
    period_end: IsoDate
    before: FigureAnswer | None
    after: FigureAnswer | None
    change: Annotated[str | None, Schema(description="The difference as a decimal number.")]
    why: Why
    detail: str


class ReportComparisonAnswer(TypedDict, closed=True):
    """How two runs differ. `changed_figures` counts all changes; `changes` holds the first of them."""

    is_equal: bool
    equal_figures: int
    changed_figures: int
    counts: Annotated[dict[str, int], keys_of(Why)]
    differences: list[DifferenceAnswer]
    changes: list[FigureChangeAnswer]


class ScheduleAnswer(TypedDict, closed=True):
    """A report that runs on a schedule; `cron` is in UTC."""

    name: str
    notebook: str
    parameters: dict[str, Value]
    cron: str
    next_at: IsoTime
    last_started_at: IsoTime | None
    owner: str
    shared_with: Annotated[list[str], Schema(description="The roles that may read it, besides its owner.")]
    recipients: Annotated[list[str], Schema(description="The channels that get each report.")]
    failure_channel: Annotated[str | None, Schema(description="The channel that gets a failed run.")]


class DeliveryAnswer(TypedDict, closed=True):
    """One report run for one recipient."""

    report_id: int
    recipient: str
    state: DeliveryState
    attempts: int
    due_at: IsoTime
    sent_at: IsoTime | None
    error: str | None


def delivery_document(delivery: ReportDelivery) -> DeliveryAnswer:
    """A delivery with its times in ISO form."""
    return {
        "report_id": delivery.report_id,
        "recipient": delivery.recipient,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "due_at": delivery.due_at.isoformat(),
        "sent_at": delivery.sent_at.isoformat() if delivery.sent_at else None,
        "error": delivery.error,
    }


class SchedulesAnswer(TypedDict, closed=True):
    """Every schedule, by name."""

    schedules: list[ScheduleAnswer]


_NAMES = ("cik", "company", "table", "basis", "measure", "label", "period")


def to_lines(figures: Iterable[ReportFigure]) -> str:
    """One JSON object a line, in the order given."""
    return "".join(f"{json.dumps(figure_of_run_document(each), ensure_ascii=False)}\n" for each in figures)


def figure_of_run_document(each: ReportFigure) -> FigureOfRunAnswer:
    """One figure with its proof, and which one it is."""
    return {
        "cik": each.cik,
        "company": each.company,
        "table": each.table,
        "basis": each.basis,
        "measure": each.measure,
        "label": each.label,
        "period": each.period,
        **figure_document(each.figure),
    }


def from_lines(text: str) -> list[ReportFigure]:
    """What `to_lines` wrote, each figure once, in order; raises MalformedDocument for anything else."""
    results: dict[Any, ReportFigure] = {}
    try:
        for line in filter(None, text.splitlines()):
            figure = _figure(json.loads(line))
            results[figure.key] = figure
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise MalformedDocument("this is not the figure log of a report", document="figures.jsonl") from error
    return list(results.values())


def _figure(row: dict[str, Any]) -> ReportFigure:
    facts = tuple(
        SourceFact(
            concept=fact["concept"],
            unit=fact["unit"],
            period_start=date.fromisoformat(fact["period_start"]) if fact["period_start"] else None,
            period_end=date.fromisoformat(fact["period_end"]),
            value=Decimal(fact["value"]),
            accession=fact["accession"],
            form=fact["form"],
            filed_on=date.fromisoformat(fact["filed_on"]),
        )
        for fact in row["facts"]
    )
    figure = Figure(
        period_end=date.fromisoformat(row["period_end"]),
        value=_number(row["value"]),
        unit=row["unit"],
        status=Status(row["status"]),
        reason=row["reason"],
        formula=row["formula"],
        facts=facts,
        adjusted_value=_number(row["adjusted_value"]),
        adjustment=row["adjustment"],
        known_since=date.fromisoformat(row["known_on"]) if row.get("known_on") else None,
    )
    return ReportFigure(figure=figure, **{name: row[name] for name in _NAMES})


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


FIGURES_HEADER = (
    "Company", "CIK", "Table", "Basis", "Measure", "Label", "Period", "Period end", "Value", "Unit", "Status", "Reason",
    "In today's shares", "Formula",
)  # fmt: skip
FACTS_HEADER = (
    *("Company", "Measure", "Period", "Period end", "Concept", "Fact's period start", "Fact's period end", "Fact's value"),
    *("Fact's unit", "Accession", "Form", "Filed on"),
)


def report_workbook(run: ReportRun, figures: Sequence[ReportFigure]) -> bytes:
    """Every figure that the run asked for, a row for each fact behind them, and what the run was made of.

    Numbers have Excel's fifteen digits; the facts' values have every digit, as text.
    """
    notes = (f"As known on {run.as_of}. Every fact behind a figure stands on the sheet Provenance.",)
    about = [(name, str(value)) for name, value in _about(run)]
    sheets = [
        Sheet("Figures", FIGURES_HEADER, [_row(each) for each in figures]),
        Sheet("Provenance", FACTS_HEADER, list(_fact_rows(figures))),
        Sheet("Run", ("What", "Value"), about),
    ]
    return write_workbook(run.title, notes, sheets)


def _row(each: ReportFigure) -> tuple[Cell, ...]:
    figure = each.figure
    return (
        each.company, str(each.cik), each.table, each.basis, each.measure, each.label, each.period, figure.period_end,
        figure.value, figure.unit, figure.status.value, figure.reason, figure.adjusted_value, figure.formula,
    )  # fmt: skip


def _fact_rows(figures: Iterable[ReportFigure]) -> Iterator[tuple[Cell, ...]]:
    for each in figures:
        for fact in each.figure.facts:
            yield (
                each.company, each.measure, each.period, each.figure.period_end, fact.concept, fact.period_start,
                fact.period_end, f"{fact.value:f}", fact.unit, fact.accession, fact.form, fact.filed_on,
            )  # fmt: skip


def _about(run: ReportRun) -> Iterator[tuple[str, Any]]:
    yield "notebook", run.notebook
    yield from ((f"parameter {name}", value) for name, value in run.parameters.items())
    for name, value in (run.manifest or {}).items():
        if name not in ("notebook", "parameters"):
            yield name, json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def report_page(report_runs: Iterable[ReportRun], page: Page) -> ReportPage:
    """Part of the saved runs, in the order given."""
    return {"reports": [run_document(run) for run in report_runs], **page}


def run_document(run: ReportRun) -> ReportAnswer:
    """A run without its files."""
    return {
        "report_id": run.report_id,
        "notebook": run.notebook,
        "title": run.title,
        "parameters": dict(run.parameters),
        "as_of": run.as_of.isoformat(),
        "status": run.status,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "cells": run.cells,
        "cells_done": run.cells_done,
        "figures": run.figures,
        "error": run.error,
        "schedule": run.schedule,
        "figures_sha256": run.figures_sha256,
        "manifest": dict(run.manifest) if run.manifest is not None else None,
        "owner": run.owner,
        "shared_with": [role.value for role in run.shared_with],
    }


def comparison_of_runs_document(run_comparison: RunComparison, *, limit: int | None = None) -> ReportComparisonAnswer:
    """The differences of two runs; at most `limit` changes, of which `changed_figures` counts all."""
    return {
        "is_equal": run_comparison.is_equal,
        "equal_figures": run_comparison.equal_figures,
        "changed_figures": len(run_comparison.changes),
        "counts": {why.value: count for why, count in run_comparison.counts.items()},
        "differences": [
            {"what": each.what, "before": each.before, "after": each.after} for each in run_comparison.differences
        ],
        "changes": [_change(change) for change in run_comparison.changes[:limit]],
    }


def _change(change: FigureChange) -> FigureChangeAnswer:
    shown = change.shown
    size = change_size(change)
    return {
        "cik": shown.cik,
        "company": shown.company,
        "table": shown.table,
        "basis": shown.basis,
        "measure": shown.measure,
        "label": shown.label,
        "period": shown.period,
        "period_end": shown.figure.period_end.isoformat(),
        "before": figure_document(change.before.figure) if change.before else None,
        "after": figure_document(change.after.figure) if change.after else None,
        "change": f"{size:f}" if size is not None else None,
        "why": change.why,
        "detail": change.detail,
    }
