"""`workbench report`: a notebook with parameters, run into one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.console import console, error_console
from workbench.cli.main import app


@app.command()
def report(
    notebook: Annotated[str, typer.Argument(help="A notebook of this project by name, such as company_review, or a path.")],
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A parameter; may be repeated.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to write; named for the parameters if not given."),
    ] = None,
) -> None:
    """Run a parameterised notebook and write one self-contained HTML, with its manifest beside it."""
    from workbench.reports.run import prepare, run_report
    from workbench.runtime import open_workbench

    order = prepare(notebook, parameter or (), output)
    with open_workbench() as workbench, error_console.status("running the notebook"):
        written = run_report(workbench, order)
    console.print(f"wrote {written.html}\n  and {written.manifest_file}", soft_wrap=True, highlight=False, markup=False)
