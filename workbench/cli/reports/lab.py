"""`workbench lab`: JupyterLab with the workbench connected."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.cli.main import app


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="Port to serve on; if it is in use, the next free one.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Start JupyterLab on the notebooks, with the workbench's database running."""
    from workbench.reports.lab import run_lab
    from workbench.runtime import open_workbench
    from workbench.settings import Settings

    settings = Settings.load()
    with open_workbench(settings):
        code = run_lab(settings, port=port, browser=browser)
    raise typer.Exit(code)
