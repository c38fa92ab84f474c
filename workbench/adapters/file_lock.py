"""Locks between processes: the kernel drops the lock of a process that dies, so nothing trusts a process id."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path
from typing import IO

_POLL_SECONDS = 0.02


class FileLock:
    """An exclusive `flock` on a file, for a `with` block; raises TimeoutError when others hold it for too long."""

    def __init__(self, path: Path, *, timeout_seconds: float) -> None:
        self._path = path
        self._timeout_seconds = timeout_seconds
        self._file: IO[bytes] | None = None

    def __enter__(self) -> None:
        deadline = time.monotonic() + self._timeout_seconds
        while (file := try_lock(self._path)) is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._path} stays locked by another process")
            time.sleep(_POLL_SECONDS)
        self._file = file

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def try_lock(path: Path, kind: int = fcntl.LOCK_EX) -> IO[bytes] | None:
    """The file, locked until it is closed, or None when another process's lock is in the way."""
    file = path.open("ab")
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    except BaseException:
        file.close()
        raise
    return file


def wait_until_free(path: Path, *, timeout_seconds: float) -> bool:
    """Waits until nobody holds an exclusive lock on the file; False when that takes longer than the time given."""
    deadline = time.monotonic() + timeout_seconds
    while (file := try_lock(path, fcntl.LOCK_SH)) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    file.close()
    return True
