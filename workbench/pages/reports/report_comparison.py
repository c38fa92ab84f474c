"""The comparison of two report runs on the reports page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from workbench.domain.operations.reports import (
    FigureChange,
    PeriodApart,
    ReportFigure,
    ReportRun,
    RunComparison,
    Why,
    apart,
)
from workbench.domain.statements.reasons import why_not
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.markup import href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

WHY_LABELS = {
    Why.FILED_BETWEEN: "filed between",
    Why.LOADED_BETWEEN: "loaded between",
    Why.OTHER_PERIODS: "other periods",
    Why.OTHER_PARAMETERS: "other parameters",
    Why.COMPUTED_OTHERWISE: "computed differently",
}
_SHOWN = 60


def comparison_view(before: ReportRun, after: ReportRun, comparison: RunComparison, selection: Selection) -> Markup:
    """Whether the runs are equal, which inputs differ, and which figures changed and why."""
    both, periods = apart(comparison.changes)
    result, tone = _result(comparison)
    view = {
        "title": f"Report {before.report_id} and report {after.report_id}",
        "result": result,
        "tone": tone,
        "close": href("reports", Selection(notebook=selection.notebook, as_of=selection.as_of)),
        "runs": f"{before.title} → {after.title}",
        "inputs": _inputs(comparison),
        "changes": [_change(change) for change in both[:_SHOWN]],
        "left": f"{len(both) - _SHOWN:,}" if len(both) > _SHOWN else "",
        "periods": [_period(each, after if each.is_after else before) for each in periods],
    }
    return fragment("reports/report_comparison.html", "comparison", view)


def _result(comparison: RunComparison) -> tuple[str, str]:
    if comparison.is_equal:
        return "All outputs are the same", "good"
    if not comparison.changes:
        return f"{comparison.equal_figures:,} figures are equal, other outputs differ", "warn"
    return f"{len(comparison.changes):,} figures differ, {comparison.equal_figures:,} are equal", "warn"


def _inputs(comparison: RunComparison) -> list[dict[str, str]]:
    return [
        {
            "name": each.what.replace(".", ": ").replace("_", " "),
            "before": each.before[:60],
            "after": each.after[:60],
        }
        for each in comparison.differences
    ]


def _change(change: FigureChange) -> dict[str, Any]:
    shown = change.shown
    return {
        "company": shown.company,
        "period": shown.period,
        "label": shown.label,
        "before": _value(change.before),
        "after": _value(change.after),
        "why": WHY_LABELS[change.why],
        "detail": change.detail,
    }


def _period(each: PeriodApart, run: ReportRun) -> dict[str, str]:
    return {
        "company": each.company,
        "periods": f"{each.table} {each.period}",
        "figures": f"{each.figures:,}",
        "where": f"only in {run.report_id}",
        "why": WHY_LABELS[each.why],
        "detail": each.detail,
    }


def _value(side: ReportFigure | None) -> dict[str, Any]:
    if side is None:
        return {"text": "not in this run", "is_missing": True}
    figure = side.figure
    if figure.value is None:
        return {"text": why_not(figure.reason), "is_missing": True}
    return {"text": exact(figure.value, figure.unit), "is_missing": False}
