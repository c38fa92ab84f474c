"""What `workbench ingest` says of the steps of a company: a line, a table row, a JSON line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.table import Table

from workbench.cli.console import counted
from workbench.domain.operations.runs import IngestReport

_COUNTED = {"filings": "filing", "facts": "fact", "documents": "document", "passages": "passage"}


def is_trouble(report: IngestReport) -> bool:
    """Whether the step failed or its data could not be read."""
    return report.outcome in ("failed", "quarantined")


def company_line(name: str, reports: Sequence[IngestReport]) -> str:
    """One line on a company: what was saved, and how many steps failed."""
    counts = _saved(reports)
    parts = [counted(counts[kind], one) for kind, one in _COUNTED.items() if counts[kind]]
    troubles = [report for report in reports if is_trouble(report)]
    if len(troubles) == 1:
        parts.append(f"failed: {troubles[0].error}")
    elif troubles:
        parts.append(f"{len(troubles):,} failures")
    return f"{name.upper()}: {', '.join(parts) or 'nothing new'}"


def step_record(company: str, report: IngestReport) -> dict[str, Any]:
    """The JSON line of one step."""
    return {
        "company": company,
        "kind": report.kind,
        "subject": report.subject,
        "outcome": report.outcome,
        "saved": dict(report.saved),
        "dropped": dict(report.dropped),
        "error": report.error,
        "seconds": round(report.seconds, 3),
    }


def summary_table(reports: list[tuple[str, IngestReport]]) -> Table:
    """One row a company: counts of what is new, and what was left out."""
    table = Table(box=box.SIMPLE_HEAD, title="New data", title_justify="left", title_style="bold")
    table.add_column("Company", no_wrap=True)
    for kind in _COUNTED:
        table.add_column(kind.capitalize(), justify="right", no_wrap=True)
    table.add_column("Skipped and dropped")
    for name in dict.fromkeys(name for name, report in reports if report.kind != "vectors"):
        own = [report for reported, report in reports if reported == name]
        cells = [f"{count:,}" if count else "-" for count in _saved(own).values()]
        table.add_row(name.upper(), *cells, "\n".join(_left_out(own)), style="red" if any(map(is_trouble, own)) else None)
    return table


def _saved(reports: Sequence[IngestReport]) -> dict[str, int]:
    # A filing's own report is in the sum that ends the company.
    return {kind: sum(report.saved.get(kind, 0) for report in reports if report.kind != "filing") for kind in _COUNTED}


def _left_out(reports: Sequence[IngestReport]) -> list[str]:
    """What was left out, in words with its count."""
    sums = [report for report in reports if report.kind != "filing"]
    lines = [report.error for report in sums if report.outcome == "skipped" and report.error]
    lines += [f"{report.kind} unchanged" for report in sums if report.outcome == "unchanged" and report.kind != "filings"]
    for report in sums:
        lines += [f"{count:,} × {reason}" for reason, count in report.dropped.items()]
    return lines
