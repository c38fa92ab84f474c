"""How two runs of a report differ, on the reports page."""

from __future__ import annotations

from html import escape

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
from workbench.pages.frame.markup import address, tag
from workbench.pages.frame.selection import Selection

WHY_LABELS = {
    Why.FILED_BETWEEN: "filed between",
    Why.LOADED_BETWEEN: "loaded between",
    Why.OTHER_PERIODS: "other periods",
    Why.OTHER_PARAMETERS: "other parameters",
    Why.COMPUTED_OTHERWISE: "computed otherwise",
}
_SHOWN = 60


def comparison_view(before: ReportRun, after: ReportRun, found: RunComparison, selection: Selection) -> str:
    """Whether they are equal; what they were made of that differs; which figures changed, and why."""
    close = address("reports", Selection(notebook=selection.notebook, as_of=selection.as_of))
    head = (
        f'<div class="head"><h2>Report {before.report_id} and report {after.report_id}</h2>{_verdict(found)}'
        f'<a class="right small" href="{close}">close</a></div>'
        f'<p class="muted">{escape(before.title)} → {escape(after.title)}</p>'
    )
    both, periods = apart(found.changes)
    return f"{head}{_made_of(found)}{_changed(both)}{_apart(periods, before, after)}"


def _verdict(found: RunComparison) -> str:
    if found.is_equal:
        return tag("every output is the same", "good")
    if not found.changes:
        return tag(f"{found.equal_figures:,} figures are equal, the outputs differ", "warn")
    return tag(f"{len(found.changes):,} figures differ, {found.equal_figures:,} are equal", "warn")


def _made_of(found: RunComparison) -> str:
    if not found.differences:
        return '<p class="legend">Both were made of the same parameters, data and code.</p>'
    rows = "".join(
        f"<tr><td>{escape(each.what.replace('.', ': ').replace('_', ' '))}</td><td>{escape(each.before[:60])}</td>"
        f"<td class='wide'>{escape(each.after[:60])}</td></tr>"
        for each in found.differences
    )
    return _table("<th>Made of</th><th>Before</th><th>After</th>", rows)


def _changed(both: list[FigureChange]) -> str:
    if not both:
        return ""
    rows = "".join(
        f"<tr><td>{escape(change.shown.company)}</td><td>{escape(change.shown.period)}</td>"
        f"<td>{escape(change.shown.label)}</td><td>{_value(change.before)}</td><td>{_value(change.after)}</td>"
        f"{_why(change)}</tr>"
        for change in both[:_SHOWN]
    )
    more = f'<p class="legend">and {len(both) - _SHOWN:,} more</p>' if len(both) > _SHOWN else ""
    titles = "<th>Company</th><th>Period</th><th>Figure</th><th>Before</th><th>After</th><th>Why</th>"
    return _table(titles, rows) + more


def _apart(periods: list[PeriodApart], before: ReportRun, after: ReportRun) -> str:
    if not periods:
        return ""
    rows = "".join(
        f"<tr><td>{escape(each.company)}</td><td>{escape(each.table)} {escape(each.period)}</td><td>{each.figures:,}</td>"
        f"<td>only in {after.report_id if each.is_after else before.report_id}</td>"
        f"{_why(each)}</tr>"
        for each in periods
    )
    return _table("<th>Company</th><th>Periods</th><th>Figures</th><th>Where</th><th>Why</th>", rows)


def _why(each: FigureChange | PeriodApart) -> str:
    detail = f"<span class='small muted'>{escape(each.detail)}</span>"
    return f"<td class='wide'>{tag(WHY_LABELS[each.why], 'accent')} {detail}</td>"


def _table(titles: str, rows: str) -> str:
    return f'<div class="scroll"><table class="filings"><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table></div>'


def _value(side: ReportFigure | None) -> str:
    if side is None:
        return '<span class="faint">not there</span>'
    figure = side.figure
    if figure.value is None:
        return f'<span class="faint">{escape(why_not(figure.reason))}</span>'
    return escape(exact(figure.value, figure.unit))
