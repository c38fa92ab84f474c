"""Options that several commands on reports have."""

from __future__ import annotations

from typing import Annotated

import typer

Parameters = Annotated[
    list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A parameter; may be repeated.")
]
