"""A unit of work that failed: one company, filing, rule or passage among many, kept apart so that the others go on.

What fails is tried again the next time. After `MOST_TRIES` tries over the same data by the same code it is quarantined: passed
over until its data or the code are others, or somebody asks for another try. Bytes that are rubbish are quarantined at once,
since they read the same each time. A source that could not be asked is no failure of a unit: it is asked again later.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from workbench.domain.errors import IntegrityError, Interrupted, MalformedDocument, NotComputable, SetupError, SourceError

MOST_TRIES = 3
_LONGEST_MESSAGE = 500
# Frames of these are ours: an error is placed where our code met it, not inside a library.
_OWN_FOLDERS = ("workbench", "db", "flows", "api")


@dataclass(frozen=True, slots=True)
class FailedUnit:
    """One unit of a kind of work, the error that ended its last try, and over what it happened.

    `data_version` is empty where the unit fails before it is known what it works on; such a unit is never passed over.
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
    """What is told of an error: its class, its message as one line, and the file, line and function of ours that it left."""

    error_type: str
    message: str
    place: str

    def __str__(self) -> str:
        return f"{self.error_type}: {self.message}"


def belongs_to_unit(error: BaseException) -> bool:
    """Whether an error is one unit's own, so that the others can go on.

    Not so: an interrupt, a machine or database that no unit can work with, and a source that could not be asked, which has
    rules of its own.
    """
    if isinstance(error, IntegrityError):  # one stored object is damaged
        return True
    return isinstance(error, Exception) and not isinstance(error, (Interrupted, SetupError, SourceError))


def is_final(error: BaseException) -> bool:
    """Whether trying again over the same data is sure to end the same."""
    return isinstance(error, MalformedDocument)


def describe(error: BaseException) -> Failure:
    """The error behind `error` in words; of a figure that cannot be computed, what it failed on."""
    if isinstance(error, NotComputable) and error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).strip().splitlines()
    message = (lines[0] if lines else "no message")[:_LONGEST_MESSAGE].replace("\0", "")
    return Failure(type(error).__name__, message, _place(error))


def _place(error: BaseException) -> str:
    """As in `workbench/domain/facts/splits.py:83 fits`; empty where the error was never raised."""
    # A recursion has a thousand frames: the last of ours is the one.
    for frame in reversed(traceback.extract_tb(error.__traceback__, limit=-50)):
        parts = PurePath(frame.filename).parts
        if "site-packages" in parts:
            continue
        for folder in _OWN_FOLDERS:
            if folder in parts:
                start = len(parts) - 1 - parts[::-1].index(folder)
                return f"{PurePath(*parts[start:])}:{frame.lineno} {frame.name}"
    return ""
