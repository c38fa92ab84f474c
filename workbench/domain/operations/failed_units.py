"""Failed units of work: one company, filing, rule or passage among many, recorded so that the others continue.

A failed unit is retried in the next run. After `MOST_TRIES` tries with the same data and code it is quarantined: skipped until
its data or the code change, or a user requests another try. Malformed bytes are quarantined at once, since they never
parse. An unavailable source is not a failure of a unit: it is retried later.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from workbench.domain.errors import IntegrityError, Interrupted, MalformedDocument, NotComputable, SetupError, SourceError

MOST_TRIES = 3
_LONGEST_MESSAGE = 500
# Packages of this project: an error is located in the last frame of our code, not inside a library.
_OWN_FOLDERS = ("workbench", "db", "flows", "api")


@dataclass(frozen=True, slots=True)
class FailedUnit:
    """One unit of a kind of work, the error of its last try, and the version of its data.

    `data_version` is empty if the unit fails before its data are known; such a unit is never skipped.
    """

    kind: str
    unit: str
    error_type: str
    message: str
    place: str
    data_version: str
    code_version: str
    tries: int
    is_quarantined: bool
    first_failed_at: datetime
    last_failed_at: datetime

    def __str__(self) -> str:
        times = "once" if self.tries == 1 else f"{self.tries} times"
        return f"{self.error_type}: {self.message} ({self.place or 'no place known'}; failed {times})"


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as recorded: its class, its message in one line, and its last file, line and function in our code."""

    error_type: str
    message: str
    place: str

    def __str__(self) -> str:
        return f"{self.error_type}: {self.message}"


def belongs_to_unit(error: BaseException) -> bool:
    """Whether an error belongs to one unit, so that the others can continue.

    Errors that do not: an interrupt, a fault of the machine or database, and an unavailable source, which has its own retries.
    """
    if isinstance(error, IntegrityError):  # one stored object is damaged
        return True
    return isinstance(error, Exception) and not isinstance(error, (Interrupted, SetupError, SourceError))


def is_final(error: BaseException) -> bool:
    """Whether another try with the same data would certainly fail in the same way."""
    return isinstance(error, MalformedDocument)


def describe(error: BaseException) -> Failure:
    """The error in words; for NotComputable, its cause."""
    if isinstance(error, NotComputable) and error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).strip().splitlines()
    message = (lines[0] if lines else "no message")[:_LONGEST_MESSAGE].replace("\0", "")
    return Failure(type(error).__name__, message, _place(error))


def _place(error: BaseException) -> str:
    """As in `workbench/domain/facts/splits.py:83 fits`; empty if the error was never raised."""
    # A recursion has a thousand frames: the last one of our code counts.
    for frame in reversed(traceback.extract_tb(error.__traceback__, limit=-50)):
        parts = PurePath(frame.filename).parts
        if "site-packages" in parts:
            continue
        for folder in _OWN_FOLDERS:
            if folder in parts:
                start = len(parts) - 1 - parts[::-1].index(folder)
                return f"{PurePath(*parts[start:])}:{frame.lineno} {frame.name}"
    return ""
