"""`workbench doctor`: every component, whether it works, and how to fix it."""

from __future__ import annotations

from dataclasses import asdict

import typer
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console
from workbench.cli.output import Format, write_csv, write_json
from workbench.runtime.diagnosis import Finding, diagnose
from workbench.settings import Settings

_COLOURS = {"ok": "green", "warning": "yellow", "broken": "bold red"}


def doctor(output: Format = "table") -> None:
    """Check every component and show how to fix problems.

    The exit code is 1 when a required component is broken.
    """
    findings = list(diagnose(Settings.load()))
    records = [asdict(finding) for finding in findings]
    if output == "json":
        write_json(records, indent=2)
    elif output == "csv":
        write_csv(list(records[0]), (record.values() for record in records))  # type: ignore[misc]
    else:
        console.print(_table(findings))
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


def _table(findings: list[Finding]) -> Table:
    table = Table("Component", "State", "Implementation", "Details", box=None, pad_edge=False)
    for result in findings:
        what = result.implementation + (f" {result.version}" if result.version else "")
        details = escape(result.detail) + (f"\n[bold]→ {escape(result.fix)}[/bold]" if result.fix else "")
        table.add_row(result.part, f"[{_COLOURS[result.state]}]{result.state}[/]", escape(what), details)
    return table
