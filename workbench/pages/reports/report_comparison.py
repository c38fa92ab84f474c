"""How two runs of a report differ, on the reports page."""

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
    Why.COMPUTED_OTHERWISE: "computed otherwise",
}
_SHOWN = 60


def comparison_view(before: ReportRun, after: ReportRun, found: RunComparison, selection: Selection) -> Markup:
    """Whether they are equal; what they were made of that differs; which figures changed, and why."""
    both, periods = apart(found.changes)
    verdict, tone = _verdict(found)
    view = {
        "title": f"Report {before.report_id} and report {after.report_id}",
        "verdict": verdict,
        "tone": tone,
        "close": href("reports", Selection(notebook=selection.notebook, as_of=selection.as_of)),
        "runs": f"{before.title} → {after.title}",
        "inputs": _inputs(found),
        "changes": [_change(change) for change in both[:_SHOWN]],
        "left": f"{len(both) - _SHOWN:,}" if len(both) > _SHOWN else "",
        "periods": [_period(each, after if each.is_after else before) for each in periods],
    }
    return fragment("reports/report_comparison.html", "comparison", view)


def _verdict(found: RunComparison) -> tuple[str, str]:
    if found.is_equal:
        return "every output is the same", "good"
    if not found.changes:
        return f"{found.equal_figures:,} figures are equal, the outputs differ", "warn"
    return f"{len(found.changes):,} figures differ, {found.equal_figures:,} are equal", "warn"


def _inputs(found: RunComparison) -> list[dict[str, str]]:
    return [
        {
            "name": each.what.replace(".", ": ").replace("_", " "),
            "before": each.before[:60],
            "after": each.after[:60],
        }
        for each in found.differences
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
        return {"text": "not in this report", "is_missing": True}
    figure = side.figure
    if figure.value is None:
        return {"text": why_not(figure.reason), "is_missing": True}
    return {"text": exact(figure.value, figure.unit), "is_missing": False}
