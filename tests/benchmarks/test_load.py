"""The API under load from one machine: requests a second and latencies against the empty endpoint of the same process.

The client runs on the same cores and takes its share of them, so only the ratios of one run mean something.
It takes ten minutes and more, and so runs when it is asked for: `WORKBENCH_TEST_LOAD_SECONDS` is the length of each of the
measurements, such as 2; `WORKBENCH_TEST_LOAD_HOME` names a home that is loaded already, else the starter data are loaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.role_stack import answers, free_ports, until

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.timeout(2400),
    pytest.mark.skipif("WORKBENCH_TEST_LOAD_SECONDS" not in os.environ, reason="set WORKBENCH_TEST_LOAD_SECONDS to run it"),
]

_SECONDS = float(os.environ.get("WORKBENCH_TEST_LOAD_SECONDS", "2"))
_EMPTY = "/api/v1/health/live"
_CONNECTIONS = (1, 16, 64, 256, 1000)
_CACHED = {
    "company": "/api/v1/companies/AAPL",
    "statement": "/api/v1/companies/AAPL/statements/income?periods=10",
    "ratios": "/api/v1/companies/AAPL/ratios?periods=10",
    "filing list": "/api/v1/companies/AAPL/filings?limit=20",
}
# Each of them once: what one process has stored, another reads.
_STORED = [f"/api/v1/companies/AAPL/statements/{kind}?periods={n}" for kind in ("income", "balance") for n in range(1, 150)]
_WORDS = (
    "supply chain",
    "foreign exchange",
    "competition",
    "new products",
    "litigation",
    "interest rates",
    "tax",
    "inventory",
)


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def _load(port: int, paths: list[str], connections: int, seconds: float = _SECONDS) -> dict[str, float]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load_client", "127.0.0.1", str(port), str(connections), str(seconds)],
        input=b"\0".join(_request(path) for path in paths), capture_output=True, check=True, timeout=seconds + 400,
    )  # fmt: skip
    result: dict[str, float] = json.loads(ran.stdout)
    return result


@contextmanager
def _serving(home: Path, *role: str) -> Iterator[int]:
    [port] = free_ports(1)
    command = [sys.executable, "-c", "from workbench.cli import main; main()", *role, "--port", str(port)]
    home.mkdir(exist_ok=True)
    with (home / "load.log").open("ab") as log:
        process = subprocess.Popen(command, env={**os.environ, "WORKBENCH_HOME": str(home)}, stdout=log, stderr=log)
    try:
        until(lambda: answers(port, "ready"), "the server", seconds=900)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the starter data."""
    if named := os.environ.get("WORKBENCH_TEST_LOAD_HOME"):
        return Path(named)
    folder = tmp_path_factory.mktemp("load") / "home"
    with _serving(folder, "up"):
        return folder


def _row(what: str, got: dict[str, float], empty: float) -> str:
    return (
        f"| {what} | {got['connections']} | {got['per_second']:,.0f} | {got['per_second'] / empty:.2f} | {got['p50']:.1f} |"
        f" {got['p95']:.1f} | {got['errors']} |"
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_cached_and_stored_answers_against_the_empty_endpoint(home: Path, workers: int) -> None:
    rows = [
        "| | connections | requests a second | of the empty endpoint's | p50 ms | p95 ms | errors |",
        "|---|" + "---:|" * 6,
    ]
    with _serving(home, "serve", "api", "--workers", str(workers)) as port:
        _load(port, _STORED, 2, 0)  # no more than are stored at the same time
    with _serving(home, "serve", "api", "--workers", str(workers)) as port:
        empty = _load(port, [_EMPTY], 16)["per_second"]
        cold = _load(port, _STORED, 16, 0)
        rows.append(_row("statements, each asked once, stored and not cached", cold, empty))
        assert cold["errors"] == 0
        for name, path in _CACHED.items():
            got = _load(port, [path], 16)
            rows.append(_row(f"{name}, cached", got, empty))
            assert got["errors"] == 0
        for connections in _CONNECTIONS:
            empty = _load(port, [_EMPTY], connections)["per_second"]
            got = _load(port, [_CACHED["statement"]], connections)
            rows.append(_row("statement, cached", got, empty))
            assert got["errors"] == 0
        searches = [f"/api/v1/search?q={words.replace(' ', '%20')}%20risk&k=10" for words in _WORDS]
        _load(port, searches, 4)
        rows.append(_row("search", _load(port, searches, 16), _load(port, [_EMPTY], 16)["per_second"]))
    sys.stdout.write(f"\n{workers} process{'es' if workers > 1 else ''} of the API:\n\n" + "\n".join(rows) + "\n")
