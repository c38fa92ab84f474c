"""`workbench report`: a notebook with parameters, run into one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.reports.parameters import Parameters, PdfFile, XlsxFile
from workbench.domain.errors import InvalidRequest

# What runs notebooks takes seconds to import, for which help and completion need not wait: hence the imports within.


def run_report(
    notebook: Annotated[
        str | None,
        typer.Argument(metavar="NOTEBOOK", help="Name of a notebook, such as company_review, or a path.", show_default=False),
    ] = None,
    *,
    parameter: Parameters = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="HTML file to write; by default named after the parameters."),
    ] = None,
    rerun: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Repeat a run, given by its number or its manifest file, and compare the figures."),
    ] = None,
    pdf: PdfFile = None,
    xlsx: XlsxFile = None,
) -> None:
    """Run a notebook and write the report as one HTML file.

    Example: workbench report company_review -p ticker=AAPL

    The manifest is written beside the report. With --rerun the exit code is 1 when the figures are not equal.
    """
    if rerun is not None:
        if notebook is not None or parameter or output is not None:
            raise InvalidRequest("--rerun takes the notebook and its parameters from the run", hint="leave the others out")
        from workbench.cli.reports.running import run_again  # noqa: PLC0415

        run_again(rerun, pdf=pdf, xlsx=xlsx)
        return
    if notebook is None:
        raise InvalidRequest("name a notebook", hint="workbench report company_review -p ticker=AAPL")
    from workbench.cli.reports.running import run_notebook  # noqa: PLC0415

    run_notebook(notebook, parameter or (), output, pdf=pdf, xlsx=xlsx)
