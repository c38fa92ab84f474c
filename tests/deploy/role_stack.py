"""The roles behind nginx as the files in `deploy` describe them: two processes of the API, two of the pages, one of jobs."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.edge import make_certificate, write_configuration
from tests.services import redis_server

METRICS_TOKEN = "metrics-token-of-the-test"
REQUESTS = 20  # a minute, of an analyst


@dataclass(frozen=True)
class Stack:
    """`url` is that of nginx, over TLS; the ports are those of the processes behind it."""

    url: str
    api_port: int
    page_ports: tuple[int, int]
    api: subprocess.Popen[bytes]
    pages: subprocess.Popen[bytes]


@contextmanager
def role_stack(folder: Path, database_url: str, nginx: str, openssl: str) -> Iterator[Stack]:
    """The stack, running, over this database."""
    api_port, *others = free_ports(5)
    page_ports, nginx_ports = (others[0], others[1]), (others[2], others[3])
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(folder / "redis"))
        environment = {
            "WORKBENCH_HOME": str(folder / "home"),
            "WORKBENCH_DATABASE__KIND": "postgresql",
            "WORKBENCH_DATABASE__URL": database_url,
            "WORKBENCH_CACHE__KIND": "redis",
            "WORKBENCH_CACHE__URL": f"redis://127.0.0.1:{redis.port}/0",
            "WORKBENCH_EMBEDDINGS__KIND": "wordllama",
            "WORKBENCH_FLOWS__ENABLED": "false",
            "WORKBENCH_SERVER__METRICS_TOKEN": METRICS_TOKEN,
            "WORKBENCH_RATE_LIMITS__ANALYST__REQUESTS": str(REQUESTS),
        }
        arguments = (
            ("api", "--port", str(api_port), "--workers", "2"),
            ("pages", "--port", str(page_ports[0]), "--workers", "2"),
            ("jobs",),
        )
        api, pages, _ = (stack.enter_context(role(folder, environment, *each)) for each in arguments)
        for port in (api_port, *page_ports):
            until(lambda port=port: answers(port), f"the process on port {port}", seconds=150)  # type: ignore[misc]
        https = stack.enter_context(_nginx(folder, (nginx, openssl), api_port, page_ports, nginx_ports))
        yield Stack(f"https://127.0.0.1:{https}", api_port, page_ports, api, pages)


def workers(supervisor: int) -> list[int]:
    """The worker processes of a supervisor."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rsplit(")", 1)[1].split()[1])
            command = (status.parent / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        if parent == supervisor and b"spawn_main" in command:
            found.append(int(status.parent.name))
    return found


def requests_of_page(port: int) -> int:
    """How many requests for pages the process on the port has answered."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        text = answer.read().decode()
    # Pages have no pattern of a route.
    pattern = r'^http_requests_total\{method="GET",route="other",status="200"\} (\d+)'
    return sum(int(float(count)) for count in re.findall(pattern, text, re.MULTILINE))


def until(is_so: Callable[[], bool], what: str, *, seconds: float = 60.0) -> None:
    """Waits until it is so, and fails when it is not in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"{what}: not in time"
        time.sleep(0.05)


@contextmanager
def role(folder: Path, environment: Mapping[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`workbench serve` with these arguments; its log is in the folder."""
    command = [sys.executable, "-c", "from workbench.cli import main; main()", "serve", *arguments]
    with (folder / f"{arguments[0]}.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def _nginx(
    folder: Path, programs: tuple[str, str], api_port: int, page_ports: tuple[int, int], ports: tuple[int, int]
) -> Iterator[int]:
    """The shipped configuration, with the ports and folders of this machine."""
    (nginx, openssl), (http, https) = programs, ports
    make_certificate(openssl, folder)
    configuration = write_configuration(folder, api_port, page_ports, (http, https))
    process = subprocess.Popen([nginx, "-p", folder, "-e", folder / "error.log", "-c", configuration, "-g", "daemon off;"])
    try:
        until(lambda: _listens(https), "nginx")
        yield https
    finally:
        process.terminate()
        process.wait(timeout=30)


def answers(port: int, probe: str = "live") -> bool:
    """Whether the process on the port passes this health probe."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health/{probe}", timeout=10):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


# A port may be free until the server that it is for has started: it is given once.
_untried_ports = iter(range(20_000 + os.getpid() % 10_000, 32_000))


def free_ports(count: int) -> list[int]:
    """So many free ports, one after another, none of which an earlier call in this process has given."""
    row: list[int] = []
    for port in _untried_ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                row.clear()
                continue
        row.append(port)
        if len(row) == count:
            return row
    raise AssertionError("no free ports")
