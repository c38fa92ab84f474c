"""The operations page: parts, schedules, the budget of requests, and what runs of ingest did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from html import escape

import panel as pn

from db.operations import runs
from db.operations.failed_units import count_failed, list_failed
from db.operations.inventory import Inventory, inventory
from db.server import server_facts
from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.failed_units import FailedUnit
from workbench.domain.operations.runs import IngestReport
from workbench.domain.operations.schedule import ScheduledJob
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import notice, tabs, tag
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench
from workbench.runtime.diagnosis import Finding, diagnose
from workbench.runtime.sources import request_ledger

_RUNS = 50
_OUTCOMES = {"": "All", "saved": "Saved", "unchanged": "Unchanged", "skipped": "Skipped", "failed": "Failed",
             "quarantined": "Quarantine"}  # fmt: skip
_TONES = {
    "saved": "good",
    "failed": "bad",
    "quarantined": "bad",
    "skipped": "warn",
    "ok": "good",
    "warning": "warn",
    "broken": "bad",
}


def operations_page(workbench: Workbench, selection: Selection, schedule: Sequence[ScheduledJob] = ()) -> Content:
    """How the workbench is and what it did; `schedule` are the jobs that this process knows of."""
    if selection.outcome not in _OUTCOMES:
        raise InvalidRequest(f"outcome is one of {', '.join(filter(None, _OUTCOMES))}, not {selection.outcome!r}")
    until = datetime.combine(selection.as_of, time(), UTC) + timedelta(days=1) if selection.as_of else None
    wanted = (selection.outcome,) if selection.outcome else ()
    with workbench.database.read() as connection:
        reports = runs.recent(connection, before=until, outcomes=wanted, limit=_RUNS)
        flows = runs.latest_of(connection, "flow")
        failed, failed_counts = list_failed(connection, limit=_RUNS), count_failed(connection)
        here, size = inventory(connection), server_facts(connection).size_bytes
    parts = Sheet('<div class="head"><h2>Parts</h2></div><p class="muted small">…</p>')

    def look() -> None:
        parts.html = part_table(list(diagnose(workbench.settings, within=workbench.database)))

    pn.state.onload(look)
    panels: dict[str, pn.viewable.Viewable] = {
        "header": Sheet(_header(here, size, workbench)),
        "jobs": Sheet(job_table(schedule, flows, datetime.now(UTC))),
        "failed": Sheet(failed_table(failed, sum(each.failed for each in failed_counts))),
        "runs": Sheet(run_table(reports, selection)),
        "parts": parts,
    }
    return Content("Operations", panels, cards=("jobs", "failed", "runs", "parts"))


def _header(here: Inventory, size_bytes: int, workbench: Workbench) -> str:
    with closing(request_ledger(workbench.settings)) as ledger:
        spent = ledger.budget()
    numbers = (
        ("Companies", f"{here.companies:,}"), ("Filings", f"{here.filings:,}"), ("Facts", f"{here.facts:,}"),
        ("Passages", f"{here.passages:,}"), ("Daily prices", f"{here.daily_bars:,}"),
        ("Database", f"{size_bytes / 1e6:,.0f} MB"),
    )  # fmt: skip
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in numbers)
    per_second = workbench.settings.edgar.requests_per_second
    slots = f"{spent.taken} of {spent.slots} slots taken"
    budget = f"{spent.today:,} requests to the SEC today, at most {per_second:g} a second, {slots}"
    paused = spent.paused_seconds
    state = tag(f"paused for {paused:,.0f} s", "bad") if paused else tag("open", "good")
    return (
        f'<div class="head"><h1>Operations</h1><span class="right small muted">{state} {escape(budget)}</span></div>'
        f'<dl class="numbers">{cells}</dl>'
    )


def job_table(schedule: Sequence[ScheduledJob], flows: Mapping[str, IngestReport], now: datetime) -> str:
    """Each job with when it runs next and how it last ended."""
    head = '<div class="head"><h2>Schedule</h2><span class="right small muted">times are UTC</span></div>'
    if not schedule:
        told = "Another process serves the schedules, or none does: `workbench flows list` shows them."
        return head + notice("This process runs no jobs.", told, is_inline=True)
    rows = "".join(_job(job, flows.get(job.name), now) for job in schedule)
    return (
        f'{head}<div class="scroll"><table class="filings runs"><thead><tr><th>Job</th><th>Next</th><th>Last</th>'
        f"<th>Outcome</th><th class='optional'>What it does</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _job(job: ScheduledJob, last: IngestReport | None, now: datetime) -> str:
    following = job.next_at(now)
    due = f"{following:%d %b %H:%M}" if following else tag(f"needs {job.missing}", "warn") if job.missing else "by hand"
    ended = f"{last.finished_at.astimezone(UTC):%d %b %H:%M}" if last else "–"
    outcome = tag(last.outcome, _TONES.get(last.outcome, "")) if last else ""
    note = f'<div class="small note">{escape(last.error)}</div>' if last and last.error else ""
    return (
        f"<tr><td>{escape(job.name)}</td><td>{due}</td><td>{ended}</td><td>{outcome}</td>"
        f"<td class='wide muted optional'>{escape(job.about)}{note}</td></tr>"
    )


def failed_table(failed: Sequence[FailedUnit], total: int) -> str:
    """Units of work that failed and were not done since, the last failure first; `total` counts those not shown too."""
    head = '<div class="head"><h2>Failed units</h2><span class="right small muted">times are UTC</span></div>'
    if not failed:
        return head + notice("Nothing has failed.", "What fails is listed here until it is done.", is_inline=True)
    rows = "".join(_failed(each) for each in failed)
    more = f"The last {len(failed):,} of {total:,} are shown. " if total > len(failed) else ""
    return (
        f'{head}<div class="scroll"><table class="filings runs"><thead><tr><th>What</th><th>State</th><th>Tries</th>'
        f"<th>Since</th><th>Last try</th><th>Error</th></tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="legend">{more}A quarantined unit is passed over until its data or the code change; '
        "<code>workbench failures retry</code> has it tried again.</p>"
    )


def _failed(each: FailedUnit) -> str:
    first, last = each.first_failed_at.astimezone(UTC), each.last_failed_at.astimezone(UTC)
    state = tag("quarantined", "bad") if each.is_quarantined else tag("tried again", "warn")
    return (
        f"<tr><td>{escape(each.kind)} {escape(each.unit)}</td><td>{state}</td><td>{each.tries}</td>"
        f"<td>{first:%d %b %H:%M}</td><td>{last:%d %b %H:%M}</td>"
        f'<td class="wide">{escape(each.error_type)}: {escape(each.message)}'
        f'<div class="small muted">{escape(each.place)}</div></td></tr>'
    )


def run_table(reports: Sequence[IngestReport], selection: Selection) -> str:
    """The latest units of ingest, the newest first, with what each saved and left out."""
    choices = [(value, label, "operations" + selection.query(outcome=value)) for value, label in _OUTCOMES.items()]
    choice = tabs("", choices, selection.outcome, "Outcome").replace(' data-event=""', "")
    head = f'<div class="head"><h2>Runs</h2><span class="right">{choice}</span></div>'
    if not reports:
        return head + notice("No such runs are on record.", "`workbench ingest AAPL` makes one.", is_inline=True)
    rows = "".join(_run(report) for report in reports)
    return (
        f'{head}<div class="scroll"><table class="filings runs"><thead><tr><th>Started (UTC)</th><th>What</th><th>Outcome</th>'
        f"<th>Seconds</th><th>Saved, and left out with its reason</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _run(report: IngestReport) -> str:
    saved = ", ".join(f"{count:,} {what}" for what, count in report.saved.items())
    dropped = "; ".join(f"{count:,} × {reason}" for reason, count in report.dropped.items())
    tone = "muted" if report.outcome in ("skipped", "unchanged") else "note"
    error = f'<div class="small {tone}">{escape(report.error)}</div>' if report.error else ""
    left = f'<div class="small muted">{escape(dropped)}</div>' if dropped else ""
    return (
        f"<tr><td>{report.started_at.astimezone(UTC):%d %b %H:%M:%S}</td>"
        f"<td>{escape(report.kind)} {escape(report.subject)}</td>"
        f"<td>{tag(report.outcome, _TONES.get(report.outcome, ''))}</td><td>{report.seconds:,.1f}</td>"
        f'<td class="wide">{escape(saved)}{left}{error}</td></tr>'
    )


def part_table(findings: Sequence[Finding]) -> str:
    """What `workbench doctor` finds."""
    rows = "".join(
        f"<tr><td>{escape(each.part)}</td><td>{tag(each.state, _TONES[each.state])}</td>"
        f'<td class="optional">{escape(each.version or "")}</td><td class="wide">{escape(each.implementation)}: '
        f"{escape(each.detail)}{_mend(each)}</td></tr>"
        for each in findings
    )
    return (
        '<div class="head"><h2>Parts</h2><span class="right small muted">as <code>workbench doctor</code> sees them</span>'
        '</div><div class="scroll"><table class="filings runs"><thead><tr><th>Part</th><th>State</th>'
        '<th class="optional">Version</th>'
        f"<th>What it is</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _mend(each: Finding) -> str:
    return f'<div class="small note">{escape(each.mend)}</div>' if each.mend else ""
