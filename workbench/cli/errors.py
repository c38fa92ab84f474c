"""What somebody sees when a command fails: one line with what to do, an exit code, and never a raw traceback."""

from __future__ import annotations

import os
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from workbench.cli.console import note
from workbench.domain.errors import Interrupted, InvalidRequest, WorkbenchError

INTERRUPTED, TERMINATED = 130, 143
DEBUG = "WORKBENCH_DEBUG"
_STOPPED = "stopped; completed work is saved"
_MOST_FILES = 50


def report_error(error: WorkbenchError) -> int:
    """Prints the error with its hint on one line of standard error; returns the exit code."""
    is_interrupted = isinstance(error, Interrupted)
    note(f"workbench: {error.with_hint}", "yellow" if is_interrupted else "bold red")
    if is_interrupted:
        return INTERRUPTED
    return 2 if isinstance(error, InvalidRequest) else 1


def report_interrupt() -> int:
    """Says that the command was interrupted; returns the exit code."""
    note(f"workbench: {_STOPPED}", "yellow")
    return INTERRUPTED


def report_unexpected(error: BaseException) -> int:
    """Writes the traceback to a file and prints one line that names it; returns the exit code."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    first = what.splitlines()[0][:300]
    try:
        where = f"the traceback is in {_write(error)}"
    except OSError as failure:
        where = f"the traceback could not be written: {failure.strerror}; {DEBUG}=1 prints it"
    note(f"workbench: unexpected error: {first} ({where}; `workbench doctor` checks every component)", "bold red")
    return 1


def _write(error: BaseException) -> Path:
    """One file an error, so that processes never write into the same one; the oldest ones give way."""
    text = "".join(traceback.format_exception(error))
    for folder in (_logs(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"error-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
            file.touch(mode=0o600)  # a traceback can show what was being read
            file.write_text(text, encoding="utf-8")
        except OSError:
            if folder != _logs():
                raise
            continue
        for old in sorted(folder.glob("error-*.log"))[:-_MOST_FILES]:
            old.unlink(missing_ok=True)
        return file
    raise AssertionError("unreachable")


def _logs() -> Path:
    from workbench.settings import default_home  # noqa: PLC0415  pydantic: only a failure is worth its time
    from workbench.settings_file import PREFIX  # noqa: PLC0415

    return Path(os.environ.get(f"{PREFIX}HOME") or default_home()).expanduser() / "logs"
