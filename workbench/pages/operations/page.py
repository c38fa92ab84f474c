"""The operations page: components, jobs, the request limit, failed units and ingest runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from typing import Any

import panel as pn
from markupsafe import Markup

from db.operations import runs
from db.operations.failed_units import count_failed, list_failed
from db.operations.inventory import Inventory, inventory
from db.server import server_facts
from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.failed_units import FailedUnit
from workbench.domain.operations.runs import IngestReport
from workbench.domain.operations.schedule import JobList, ScheduledJob
from workbench.domain.operations.stored_settings import SINGLE
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices
from workbench.pages.frame.messages import notice, waiting, with_pages
from workbench.pages.frame.page import Content, afterwards
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.runtime import Workbench
from workbench.runtime.diagnosis import Finding, diagnose
from workbench.runtime.sources import rate_limiter
from workbench.settings_file import PREFIX

_RUNS = 50
_TEMPLATE = "operations/page.html"
_OUTCOMES = {"": "All", "saved": "Saved", "unchanged": "Unchanged", "skipped": "Skipped", "failed": "Failed",
             "quarantined": "Quarantined"}  # fmt: skip
# What administrators set on the page Settings, by its variable.
_NEEDED = {f"{PREFIX}{setting.variable}": setting.title for setting in SINGLE}
_TONES = {
    "saved": "good",
    "failed": "bad",
    "quarantined": "bad",
    "skipped": "warn",
    "ok": "good",
    "warning": "warn",
    "broken": "bad",
}


def operations_page(workbench: Workbench, selection: Selection, schedule: JobList = tuple) -> Content:
    """The state and history of the workbench; `schedule` lists the jobs of this process."""
    if selection.outcome not in _OUTCOMES:
        raise InvalidRequest(f"outcome must be one of {', '.join(filter(None, _OUTCOMES))}, not {selection.outcome!r}")
    until = datetime.combine(selection.as_of, time(), UTC) + timedelta(days=1) if selection.as_of else None
    wanted = (selection.outcome,) if selection.outcome else ()
    with workbench.database.read() as connection:
        reports = runs.recent(connection, before=until, outcomes=wanted, limit=_RUNS)
        flows = runs.latest_of(connection, "flow")
        failed, failed_counts = list_failed(connection, limit=_RUNS), count_failed(connection)
        here, size = inventory(connection), server_facts(connection).size_bytes
    parts = HtmlPanel(waiting("Components"))

    def look() -> None:
        parts.html = part_table(list(diagnose(workbench.settings, within=workbench.database)))

    afterwards(look)
    panels: dict[str, pn.viewable.Viewable] = {
        "header": HtmlPanel(_header(here, size, workbench)),
        "jobs": HtmlPanel(job_table(schedule(), flows, datetime.now(UTC))),
        "failed": HtmlPanel(failed_table(failed, sum(each.failed for each in failed_counts))),
        "runs": HtmlPanel(run_table(reports, selection)),
        "parts": parts,
    }
    return Content("Operations", panels, cards=("jobs", "failed", "runs", "parts"))


def _header(here: Inventory, size_bytes: int, workbench: Workbench) -> Markup:
    with closing(rate_limiter(workbench.settings)) as limiter:
        spent = limiter.budget()
    numbers = (
        ("Companies", f"{here.companies:,}"), ("Filings", f"{here.filings:,}"), ("Facts", f"{here.facts:,}"),
        ("Passages", f"{here.passages:,}"), ("Daily prices", f"{here.daily_bars:,}"),
        ("Database", f"{size_bytes / 1e6:,.0f} MB"),
    )  # fmt: skip
    per_second = workbench.settings.edgar.requests_per_second
    slots = f"{spent.taken} of {spent.slots} slots in use"
    budget = f"{spent.today:,} requests to the SEC today, at most {per_second:g} a second, {slots}"
    paused = spent.paused_seconds
    state, tone = (f"paused for {paused:,.0f} s", "bad") if paused else ("open", "good")
    listed = [{"name": name, "value": value} for name, value in numbers]
    return fragment(_TEMPLATE, "header", state, tone, budget, listed)


def job_table(schedule: Sequence[ScheduledJob], flows: Mapping[str, IngestReport], now: datetime) -> Markup:
    """One row a job, with its next run and last outcome."""
    if not schedule:
        text = "Another process may run them. `workbench flows list` shows all jobs."
        return fragment(_TEMPLATE, "no_jobs", notice("This process runs no jobs.", text, is_inline=True))
    return fragment(_TEMPLATE, "jobs", [_job(job, flows.get(job.name), now) for job in schedule])


def _job(job: ScheduledJob, last: IngestReport | None, now: datetime) -> dict[str, str]:
    following = job.next_at(now)
    return {
        "name": job.name,
        "due": f"{following:%d %b %H:%M}" if following else "manual",
        "missing": _missing(job.missing) if job.missing and not following else "",
        "ended": f"{last.finished_at.astimezone(UTC):%d %b %H:%M}" if last else "–",
        "outcome": last.outcome if last else "",
        "tone": _TONES.get(last.outcome, "") if last else "",
        "about": job.about,
        "error": (last.error or "") if last else "",
    }


def _missing(variable: str) -> Markup:
    """What a job lacks: a setting of the page Settings by its title, or else its variable."""
    title = _NEEDED.get(variable)
    return with_pages(f"needs {title}: set it on the page Settings" if title else f"needs {variable}")


def failed_table(failed: Sequence[FailedUnit], total: int) -> Markup:
    """One row a failed unit, latest failure first; `total` also counts those not shown."""
    if not failed:
        message = notice("Nothing has failed.", "Failed units of work are listed here until they succeed.", is_inline=True)
        return fragment(_TEMPLATE, "no_failed", message)
    more = f"The last {len(failed):,} of {total:,} are shown." if total > len(failed) else ""
    return fragment(_TEMPLATE, "failed", [_failed(each) for each in failed], more)


def _failed(each: FailedUnit) -> dict[str, Any]:
    first, last = each.first_failed_at.astimezone(UTC), each.last_failed_at.astimezone(UTC)
    return {
        "unit": f"{each.kind} {each.unit}",
        "state": "quarantined" if each.is_quarantined else "retrying",
        "tone": "bad" if each.is_quarantined else "warn",
        "tries": each.tries,
        "since": f"{first:%d %b %H:%M}",
        "last": f"{last:%d %b %H:%M}",
        "error": f"{each.error_type}: {each.message}",
        "place": each.place,
    }


def run_table(reports: Sequence[IngestReport], selection: Selection) -> Markup:
    """One row an ingest run, newest first, with what it saved and skipped."""
    offered = [(value, label, "operations" + selection.query(outcome=value)) for value, label in _OUTCOMES.items()]
    outcomes = choices(offered, selection.outcome)
    if not reports:
        message = notice(
            "No such runs.",
            "Loading a company on the page Companies, or with `workbench ingest AAPL`, creates one.",
            is_inline=True,
        )
        return fragment(_TEMPLATE, "no_runs", outcomes, message)
    return fragment(_TEMPLATE, "runs", outcomes, [_run(report) for report in reports])


def _run(report: IngestReport) -> dict[str, str]:
    return {
        "started": f"{report.started_at.astimezone(UTC):%d %b %H:%M:%S}",
        "subject": f"{report.kind} {report.subject}",
        "outcome": report.outcome,
        "tone": _TONES.get(report.outcome, ""),
        "seconds": f"{report.seconds:,.1f}",
        "saved": ", ".join(f"{count:,} {what}" for what, count in report.saved.items()),
        "dropped": "; ".join(f"{count:,} × {reason}" for reason, count in report.dropped.items()),
        "error": report.error or "",
        "error_tone": "muted" if report.outcome in ("skipped", "unchanged") else "note",
    }


def part_table(findings: Sequence[Finding]) -> Markup:
    """The findings of `workbench doctor`."""
    return fragment(_TEMPLATE, "parts", [_part(each) for each in findings])


def _part(each: Finding) -> dict[str, Any]:
    return {
        "part": each.part,
        "state": each.state,
        "tone": _TONES[each.state],
        "version": each.version or "",
        "detail": f"{each.implementation}: {each.detail}",
        "hint": each.fix or "",
    }
