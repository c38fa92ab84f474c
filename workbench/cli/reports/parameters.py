"""Options that several commands on reports have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Parameters = Annotated[
    list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A parameter; may be repeated.")
]
PdfFile = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write the report as PDF; needs Chromium.")]
XlsxFile = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="Write the figures with their sources as XLSX.")]
