"""`workbench prices` as a user runs it, against a local vendor."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from db.engine import Database
from tests.replay_server import Asked, ReplayServer, Reply

Run = Callable[..., subprocess.CompletedProcess[str]]

BODY = b"timestamp,open,high,low,close,volume\r\n2024-06-07,2,3,1,2.5,100\r\n2024-06-10,2,3,1,2.6,100\r\n"


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database; settings go by environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")} | {
        "WORKBENCH_HOME": str(tmp_path / "home"),
        "WORKBENCH_DATABASE__KIND": "postgresql",
        "WORKBENCH_DATABASE__URL": database.url.replace("postgresql+psycopg://", "postgresql://"),
        "WORKBENCH_ALPHA_VANTAGE__REQUESTS_PER_MINUTE": "1000",
        "COLUMNS": "160",
    }

    def run_with(*arguments: str, key: str | None) -> subprocess.CompletedProcess[str]:
        settings = environment | ({"WORKBENCH_ALPHA_VANTAGE__API_KEY": key} if key else {})
        command = [sys.executable, "-c", "from workbench.cli import main; main()", "prices", *arguments]
        return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120, check=False)

    return run_with


def vendor(asked: Asked) -> Reply:
    return Reply(BODY) if asked.parameters["symbol"] == "BRK-B" else Reply(b'{"Error Message": "Invalid API call."}')


def test_prices_are_saved_and_an_unknown_ticker_is_told(run: Run) -> None:
    with ReplayServer(vendor) as server:
        done = run("brk.b", "NOSUCH", "--source", server.url, key="K3Y-THAT-NEVER-SHOWS")
    assert done.returncode == 1
    assert "2 bars" in done.stdout
    assert "2024-06-07" in done.stdout
    assert "Alpha Vantage knows no such ticker" in done.stdout
    assert "K3Y" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "key", "expected"),
    [
        (["IBM"], None, (1, "no key for Alpha Vantage is set")),
        (["not a ticker"], "k", (2, "neither a ticker")),
        ([], "k", (2, "Missing argument")),
    ],
)
def test_bad_requests_ask_nothing(
    tmp_path: Path, run: Run, arguments: list[str], key: str | None, expected: tuple[int, str]
) -> None:
    code, message = expected
    done = run(*arguments, key=key)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert not list(tmp_path.iterdir())
