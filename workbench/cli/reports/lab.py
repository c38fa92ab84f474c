"""`workbench lab`: JupyterLab with the workbench connected."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench import runtime
from workbench.reports.lab import run_lab
from workbench.settings import Settings


def lab(
    port: Annotated[int, typer.Option(help="Port to serve on; the next free one when it is in use.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Start JupyterLab with the workbench connected.

    It opens your own folder of notebooks in the home folder, on a start notebook. The database runs until JupyterLab ends.
    """
    settings = Settings.load()
    with runtime.open_workbench(settings):
        code = run_lab(settings, port=port, browser=browser)
    raise typer.Exit(code)
