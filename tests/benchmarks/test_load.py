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
# Each of them once: what one process has stored, another reads. As many for each number of connections.
_STORED = [
    f"/api/v1/companies/AAPL/statements/{kind}?periods={n}&period={period}"
    for n in range(1, 41)
    for kind in ("income", "balance", "cashflow")
    for period in ("annual", "quarterly")
]
_SHARE = len(_STORED) // len(_CONNECTIONS)
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
    role = ("serve", "api", "--workers", str(workers))
    rows = [
        "| | connections | requests a second | of the empty endpoint's | p50 ms | p95 ms | errors |",
        "|---|" + "---:|" * 6,
    ]
    with _serving(home, *role) as port:
        _load(port, _STORED, 2, 0)  # no more than are stored at the same time
    with _serving(home, *role) as port:
        for place, connections in enumerate(_CONNECTIONS):
            # The empty endpoint before and after: other work on the machine changes from one second to the next.
            before = _load(port, [_EMPTY], connections)
            cold = _load(port, _STORED[place * _SHARE : (place + 1) * _SHARE], connections, 0)
            got = {name: _load(port, [path], connections) for name, path in _CACHED.items()}
            after = _load(port, [_EMPTY], connections)
            empty = (before["per_second"] + after["per_second"]) / 2
            rows.append(_row("empty endpoint", after, empty))
            rows.append(_row("statements, each asked once: stored, not cached", cold, empty))
            rows += [_row(f"{name}, cached", each, empty) for name, each in got.items()]
            assert [each["errors"] for each in (cold, *got.values())] == [0] * (1 + len(got))
        searches = [f"/api/v1/search?q={words.replace(' ', '%20')}%20risk&k=10" for words in _WORDS]
        _load(port, searches, 4)
        rows.append(_row("search", _load(port, searches, 16), _load(port, [_EMPTY], 16)["per_second"]))
    sys.stdout.write(f"\n{workers} process{'es' if workers > 1 else ''} of the API:\n\n" + "\n".join(rows) + "\n")
