"""`workbench prices` as a user runs it, against a local vendor."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from db.engine import Database
from tests.command import Run, command_line
from tests.replay_server import Asked, ReplayServer, Reply

BODY = b"timestamp,open,high,low,close,volume\r\n2024-06-07,2,3,1,2.5,100\r\n2024-06-10,2,3,1,2.6,100\r\n"


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    """Runs the command in a home of its own on this test's database; settings go by environment."""
    command = command_line(database.url, tmp_path / "home", "prices", WORKBENCH_ALPHA_VANTAGE__REQUESTS_PER_MINUTE="1000")

    def run_with(*arguments: str, key: str | None) -> subprocess.CompletedProcess[str]:
        return command(*arguments, **({"WORKBENCH_ALPHA_VANTAGE__API_KEY": key} if key else {}))

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
