"""A PostgreSQL of a test's own, which can be stopped, started, frozen and thawed under the program's feet."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from db.engine import is_alive
from workbench.adapters.embedded_postgres import EmbeddedPostgres


class OwnServer:
    """`url` leads to its database; processes are found by the folder of the data."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self.url = url
        self._frozen: list[int] = []

    @property
    def _postmaster(self) -> int:
        return int((self._folder / "data" / "postmaster.pid").read_text().split()[0])

    def freeze(self) -> None:
        """Stops every process of the server where it is: its sockets take what is sent, and nothing answers."""
        self._frozen = [self._postmaster, *_children(self._postmaster)]
        for process in self._frozen:
            os.kill(process, signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets them go on."""
        for process in self._frozen:
            os.kill(process, signal.SIGCONT)
        self._frozen = []

    @contextmanager
    def down(self) -> Iterator[None]:
        """Within it there is no server; afterwards its guardian starts it again."""
        server = self._postmaster
        guardian = _parent(server)
        os.kill(guardian, signal.SIGSTOP)
        try:
            os.kill(server, signal.SIGQUIT)  # at once, as in a crash
            until(lambda: not is_alive(self.url))
            yield
        finally:
            os.kill(guardian, signal.SIGCONT)
        until(lambda: is_alive(self.url))


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """The server, running; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="wbtest-"))
    embedded = EmbeddedPostgres(folder / "postgres", is_alive=is_alive)
    server = OwnServer(folder / "postgres", embedded.acquire())
    try:
        yield server
    finally:
        server.thaw()
        embedded.release()
        shutil.rmtree(folder, ignore_errors=True)


def until(is_so: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Waits until it is so, and fails when it is not in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def _parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _children(process: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if _parent(int(status.parent.name)) == process:
                found.append(int(status.parent.name))
        except FileNotFoundError:  # it ended meanwhile
            continue
    return found
