"""Errors in a notebook: what the caller can fix is shown in a few lines, without the frames of the library."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from workbench.domain.errors import InvalidRequest, NotFound, SetupError, SourceError, WorkbenchError

_FIXABLE = (InvalidRequest, NotFound, SetupError, SourceError)
# The packages of this program: the folder of the library and those beside it.
_OWN = tuple(str(Path(__file__).parents[2] / name) + "/" for name in ("workbench", "db"))


def show_short_errors() -> None:
    """Makes the IPython that runs, such as a notebook's kernel, show them; does nothing in another interpreter."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.set_custom_exc(_FIXABLE, _show)


def _show(shell: Any, kind: type[WorkbenchError], error: WorkbenchError, trace: TracebackType, **_: Any) -> None:
    shell._showtraceback(kind, error, short_error(error, trace))  # a handler displays by itself


def short_error(error: WorkbenchError, trace: TracebackType | None) -> list[str]:
    """The lines of the caller that led to the error, the error, and its hint; each in a line of its own."""
    frames = [frame for frame in traceback.extract_tb(trace) if frame.line and not _is_library(frame.filename)]
    places = [f"line {frame.lineno} in {_place(frame)}: {frame.line}" for frame in frames]
    hint = [f"Hint: {error.hint}"] if error.hint else []
    return [*places, f"{type(error).__name__}: {error.message}", *hint]


def _is_library(file: str) -> bool:
    return file.startswith(_OWN) or "site-packages" in file


def _place(frame: traceback.FrameSummary) -> str:
    return "the cell" if frame.name == "<module>" else frame.name
