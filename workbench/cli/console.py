"""Where output goes: results on standard output, progress and errors on standard error."""

from __future__ import annotations

import os
import sys

from rich import box
from rich.console import Console
from rich.table import Table

# A pipe or a file has no width to keep to, and cut or broken lines are harder to read there than long ones.
_WIDTH_OF_A_PIPE = 200


def _width() -> int | None:
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH_OF_A_PIPE


console = Console(width=_width(), soft_wrap=False)
error_console = Console(stderr=True, soft_wrap=True)


def say(text: str, style: str | None = None) -> None:
    """Prints a sentence on standard output, exactly as it is."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def note(text: str, style: str | None = None) -> None:
    """Prints a sentence on standard error, exactly as it is."""
    error_console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def counted(number: int, one: str, several: str | None = None) -> str:
    """A number with its noun in the right form: `1 period`, `2 periods`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def new_table(*headings: str) -> Table:
    """An empty table in the style of all lists."""
    return Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False)
