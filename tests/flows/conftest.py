"""A real Prefect server, once a run, with a home of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from db.engine import Database

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def prefect_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables by which other processes find a Prefect server that is up."""
    home = tmp_path_factory.mktemp("prefect")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    environment = {
        "PREFECT_HOME": str(home), "PREFECT_API_URL": f"http://127.0.0.1:{port}/api", "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_UI_API_URL": f"http://127.0.0.1:{port}/api",
    }  # fmt: skip
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log, cwd=home)
    try:
        _await(f"{environment['PREFECT_API_URL']}/health", server, home / "log")
        yield environment
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()[-3000:]
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError(f"Prefect does not answer: {log.read_text()[-3000:]}")


def for_processes(database: Database, home: Path, edgar: str) -> dict[str, str]:
    """The settings by which other processes find this database, this home and this EDGAR, without back-off."""
    return {
        "WORKBENCH_HOME": str(home),
        "WORKBENCH_DATABASE__KIND": "postgresql",
        "WORKBENCH_DATABASE__URL": database.url.replace("postgresql+psycopg://", "postgresql://"),
        "WORKBENCH_EDGAR__URL": edgar,
        "WORKBENCH_EDGAR__ATTEMPTS": "1",
        "WORKBENCH_CONTACT": "Test test@example.org",
        "WORKBENCH_FAN_OUT__KIND": "local",
        "WORKBENCH_FAN_OUT__WORKERS": "2",
    }
