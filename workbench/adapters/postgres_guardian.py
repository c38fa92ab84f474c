"""The parent of the embedded server: a program of its own, run as a file, standard library only.

It starts the server, keeps its log within bounds, starts it again when something kills it, and stops it when the last
process that held the lease is gone. Being the server's parent it never needs to trust a process id in a file. It holds
`guardian.lock` (handed over, locked, by the process that starts it) for as long as it lives.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess  # nosec B404
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

_LONGEST_LOG_BYTES = 4_000_000  # the newest; one older file is kept beside it
_SOON_SECONDS = 10.0  # a server that ends sooner than this after its start did not really start
_TRIES = 3


class Guardian:
    """Runs `command` on the data folder `data` for as long as somebody holds a lock on `lease`."""

    def __init__(self, *, command: list[str], environment: dict[str, str], data: str, lease: str, log: str) -> None:
        self._command = command
        self._environment = environment
        self._data = Path(data)
        self._lease = Path(lease)
        self._log = Path(log)
        self._state = threading.Lock()
        self._is_ending = False
        self._server: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Returns when the server has been stopped because nobody needs it, or when it cannot be kept running."""
        threading.Thread(target=self._end_with_the_lease, daemon=True).start()
        early_ends = 0
        while early_ends < _TRIES:
            clear_leftovers(self._data)
            began = time.monotonic()
            with self._state:
                if self._is_ending:
                    return
                self._server = subprocess.Popen(  # nosec B603
                    self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    cwd="/", env=self._environment,
                )  # fmt: skip
            log = threading.Thread(target=copy_bounded, args=(self._server.stdout, self._log), daemon=True)
            log.start()
            code = self._server.wait()
            log.join(timeout=5)
            is_early = time.monotonic() - began < _SOON_SECONDS
            if self._is_ending or (is_early and code > 0):
                return  # not wanted any more, or it refuses to start: a process that waits for it reads the reason in the log
            early_ends = early_ends + 1 if is_early else 0

    def _end_with_the_lease(self) -> None:
        with self._lease.open("ab") as lease:
            fcntl.flock(lease, fcntl.LOCK_EX)
            with self._state:
                self._is_ending = True
                if self._server is None:
                    return
            # Fast shutdown; at once, to be recovered at the next start, where that does not end (PostgreSQL 18 can wait for
            # ever when it is signalled during a recovery); by force.
            for number, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
                self._server.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    self._server.wait(seconds)
                    return


def copy_bounded(stream: IO[bytes], path: Path) -> None:
    """Copies lines to the log file; when it grows too long it becomes `<name>.1` and a new one begins."""
    for line in stream:
        # A full disk must not stop the server from writing to its pipe, so what cannot be written is dropped.
        with suppress(OSError):
            if path.exists() and path.stat().st_size + len(line) > _LONGEST_LOG_BYTES:
                path.replace(path.with_name(path.name + ".1"))
            with path.open("ab") as file:
                file.write(line)


def clear_leftovers(data: Path) -> None:
    """Ends what an earlier server left behind, and takes a dead server's claim on the folder out of the way.

    Only called under `guardian.lock`: whatever server still runs on this data has lost its guardian.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if not (left := processes_on(data)):
            break
        # The postmaster ends its own children; children without a postmaster are signalled one by one.
        claimed = _claimed_by(data)
        for pid in [claimed] if claimed in left else left:
            with suppress(OSError):
                os.kill(pid, number)
        _wait_until_gone(data, seconds=20.0)
    claimed = _claimed_by(data)
    if claimed is not None and _is_running(claimed):
        # The id now belongs to some other program. PostgreSQL takes its own parent's id for stale and still makes sure
        # that no process uses the old shared memory, which it could not do if the file were removed.
        file = data / "postmaster.pid"
        file.write_text("\n".join([str(os.getpid()), *file.read_text().splitlines()[1:]]) + "\n")


def processes_on(data: Path) -> list[int]:
    """Ids of a server on this data folder and of its children.

    Empty where there is no `/proc`; there PostgreSQL's own checks have to do.
    """
    real = os.path.realpath(data)
    pids = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if _is_server(pid, real) or _is_child(pid, real)]


def _is_server(pid: int, data: str) -> bool:
    try:
        program, *arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return program.endswith(b"/postgres") and arguments[:2] == [b"-D", os.fsencode(data)]


def _is_child(pid: int, data: str) -> bool:
    # A server's children rename themselves and keep its working directory. Root in a container may not be allowed to
    # look; there they end by themselves at their next wait.
    try:
        folder, program = (os.readlink(f"/proc/{pid}/{name}") for name in ("cwd", "exe"))  # noqa: PTH115  may be deleted
    except OSError:
        return False
    return folder == data and "/postgres" in program


def _wait_until_gone(data: Path, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while processes_on(data) and time.monotonic() < deadline:
        time.sleep(0.05)


def _claimed_by(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def main(arguments: dict[str, Any]) -> None:
    """Goes to the background and guards; `arguments` are those of Guardian."""
    if os.fork():
        os._exit(0)
    Guardian(**arguments).run()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
