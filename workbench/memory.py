"""Memory of a process that runs for days."""

from __future__ import annotations

import ctypes
import sys


def return_freed_memory() -> None:
    """Gives memory that is no longer in use back to the operating system, which glibc otherwise holds for later.

    Takes milliseconds. Does nothing on other systems than Linux with glibc.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
