"""`workbench up`: the address comes first, two may share a home, and a signal stops all of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from pydantic import SecretStr

from workbench.adapters.postgres_guardian import processes_on
from workbench.cli.operations.up import listen
from workbench.domain.errors import SetupError
from workbench.runtime import is_new
from workbench.service_settings import PostgresDatabase
from workbench.settings import Settings

_WORKBENCH = Path(sys.executable).with_name("workbench")


def _up(home: Path, port: int, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [_WORKBENCH, "up", "--port", str(port), *options], env={**os.environ, "WORKBENCH_HOME": str(home)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _await_answer(port: int, process: subprocess.Popen[str], *, health: str = "ready") -> None:
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health/{health}", timeout=10) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("it does not answer")


def test_two_share_a_home_and_signals_stop_them_and_the_database(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    ports = [_free_port() for _ in range(2)]
    first, second = (_up(tmp_path, port, "--no-starter") for port in ports)
    for port, process in zip(ports, (first, second), strict=True):
        _await_answer(port, process)
    os.killpg(first.pid, signal.SIGINT)
    out, err = first.communicate(timeout=60)
    assert (first.returncode, err) == (0, "")
    assert f"http://127.0.0.1:{ports[0]}" in out
    assert out.endswith("stopped\n")
    assert processes_on(data), "the other one still uses the database"
    _await_answer(ports[1], second)
    second.terminate()
    second.communicate(timeout=60)
    assert second.returncode == 128 + signal.SIGTERM
    assert processes_on(data) == []


def test_a_first_start_says_how_far_it_is_and_ends_when_told(tmp_path: Path) -> None:
    port = _free_port()
    process = _up(tmp_path, port)
    _await_answer(port, process, health="live")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health/ready", timeout=10)
    assert refused.value.code == 503
    assert json.load(refused.value)["parts"]["starter data"]["detail"].startswith("starter data: loading companies")
    page = urllib.request.Request(f"http://127.0.0.1:{port}/company", headers={"Accept": "text/html"})
    with pytest.raises(urllib.error.HTTPError) as waiting:
        urllib.request.urlopen(page, timeout=30)
    assert "loading companies" in waiting.value.read().decode()
    process.terminate()
    out, err = process.communicate(timeout=100)
    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in out + err
    assert f"First start: loading the starter data. Progress is shown here and at http://127.0.0.1:{port}" in out
    assert "The workbench is running" not in out
    assert processes_on(tmp_path / "postgres" / "data") == []


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        process = _up(tmp_path / "home", port, "--no-starter")
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert (
        err.strip()
        == f"workbench: port {port} on 127.0.0.1 is in use (stop the program that uses it, or choose another port with --port)"
    )
    assert not (tmp_path / "home").exists()


def test_the_first_start_of_an_embedded_database_is_known_before_it_is_made(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert is_new(settings)
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    assert not is_new(settings)
    service = PostgresDatabase(kind="postgresql", url=SecretStr("postgresql://db.example/workbench"))
    assert not is_new(Settings(home=tmp_path / "other", database=service))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 300, "", "192.0.2.1"])
def test_a_bad_host_is_one_clear_error(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(name: str, *_arguments: object, **_options: object) -> object:
        if name == "192.0.2.1":  # reserved for documentation: an address, but never one of this machine
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, 0))]
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(SetupError) as refused:
        listen(host, 0)
    assert refused.value.hint
    assert "\n" not in str(refused.value)
