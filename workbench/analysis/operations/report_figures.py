"""The figures of a report's run: as lines of JSON while it runs and in the archive, and as a workbook to take along."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from workbench.analysis.exports import Cell, Sheet, write_workbook
from workbench.analysis.statements.statement_json import figure_document
from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.source import SourceFact
from workbench.domain.operations.reports import FigureChange, ReportFigure, ReportRun, RunComparison, change_size
from workbench.domain.statements.statement import Figure, Status

_NAMES = ("cik", "company", "table", "basis", "measure", "label", "period")


def to_lines(figures: Iterable[ReportFigure]) -> str:
    """One JSON object a line, in the order given."""
    return "".join(f"{json.dumps(figure_of_run_document(each), ensure_ascii=False)}\n" for each in figures)


def figure_of_run_document(each: ReportFigure) -> dict[str, Any]:
    """One figure with its proof, and which one it is."""
    return {name: getattr(each, name) for name in _NAMES} | figure_document(each.figure)


def from_lines(text: str) -> list[ReportFigure]:
    """What `to_lines` wrote, each figure once, in order; raises MalformedDocument for anything else."""
    found: dict[Any, ReportFigure] = {}
    try:
        for line in filter(None, text.splitlines()):
            figure = _figure(json.loads(line))
            found[figure.key] = figure
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise MalformedDocument("these are no figures of a report", document="figures.jsonl") from error
    return list(found.values())


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


def run_document(run: ReportRun) -> dict[str, Any]:
    """A run as plain values, without its files."""
    return {
        "report_id": run.report_id,
        "notebook": run.notebook,
        "title": run.title,
        "parameters": dict(run.parameters),
        "as_of": run.as_of.isoformat(),
        "status": run.status.value,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "cells": run.cells,
        "cells_done": run.cells_done,
        "figures": run.figures,
        "error": run.error,
        "schedule": run.schedule,
        "figures_sha256": run.figures_sha256,
        "manifest": run.manifest,
    }


def comparison_of_runs_document(found: RunComparison, *, limit: int | None = None) -> dict[str, Any]:
    """The differences of two runs as plain values; at most `limit` changes, of which `changed_figures` counts all."""
    return {
        "is_equal": found.is_equal,
        "equal_figures": found.equal_figures,
        "changed_figures": len(found.changes),
        "counts": {why.value: count for why, count in found.counts.items()},
        "differences": [{"what": each.what, "before": each.before, "after": each.after} for each in found.differences],
        "changes": [_change(change) for change in found.changes[:limit]],
    }


def _change(change: FigureChange) -> dict[str, Any]:
    shown = change.shown
    size = change_size(change)
    return {
        **{name: getattr(shown, name) for name in _NAMES},
        "period_end": shown.figure.period_end.isoformat(),
        "before": figure_document(change.before.figure) if change.before else None,
        "after": figure_document(change.after.figure) if change.after else None,
        "change": f"{size:f}" if size is not None else None,
        "why": change.why.value,
        "detail": change.detail,
    }
