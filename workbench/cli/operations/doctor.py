"""`workbench doctor`: what each part is, whether it works, how to mend it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from workbench.cli.console import console
from workbench.cli.main import app

_COLOURS = {"ok": "green", "warning": "yellow", "broken": "bold red"}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array of findings instead of a table.")] = False,
) -> None:
    """Say of each part what it is, whether it works, and how to mend it. Ends with 1 when a needed part is broken."""
    from rich.markup import escape
    from rich.table import Table

    from workbench.runtime.diagnosis import diagnose
    from workbench.settings import Settings

    findings = list(diagnose(Settings.load()))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        table = Table("part", "state", "what it is", "how it is", box=None, pad_edge=False)
        for found in findings:
            what = found.implementation + (f" {found.version}" if found.version else "")
            how = escape(found.detail) + (f"\n[bold]→ {escape(found.mend)}[/bold]" if found.mend else "")
            table.add_row(found.part, f"[{_COLOURS[found.state]}]{found.state}[/]", escape(what), how)
        console.print(table)
    if any(found.state == "broken" for found in findings):
        raise typer.Exit(1)
