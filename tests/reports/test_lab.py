"""Ending `workbench lab` ends all that it started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.flows.test_killed import processes
from tests.services import _free_port
from workbench.adapters.postgres_guardian import processes_on
from workbench.reports.lab import lab_command, user_folder
from workbench.reports.notebooks import NOTEBOOKS

_TOKEN = "lab-test-token"


def _post(port: int, path: str) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/{path}", data=b"{}", headers={"Authorization": f"token {_TOKEN}"}
    )
    urllib.request.urlopen(request, timeout=60).close()


def _start_kernel(port: int, lab: subprocess.Popen[bytes]) -> None:
    """Starts a kernel as soon as the server answers."""
    until = time.monotonic() + 300
    while time.monotonic() < until:
        assert lab.poll() is None, "JupyterLab ended; its log is lab.log"
        try:
            _post(port, "kernels")
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    raise AssertionError("JupyterLab does not answer")


def _descendants(pid: int) -> set[int]:
    running = processes()
    found, next_ones = set[int](), {pid}
    while next_ones:
        next_ones = {each.pid for each in running if each.parent in next_ones}
        found |= next_ones
    return found


@pytest.mark.timeout(600)
def test_sigterm_ends_the_server_its_kernels_and_the_database(tmp_path: Path) -> None:
    port, data = _free_port(), tmp_path / "home" / "postgres" / "data"
    environment = {
        **os.environ, "WORKBENCH_HOME": str(tmp_path / "home"), "JUPYTER_TOKEN": _TOKEN, "HOME": str(tmp_path),
        "WORKBENCH_ALERTS__CHANNELS__OPS": "mailto://me@example.org", "IPYTHONDIR": str(tmp_path / "ipython"),
        **{f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("RUNTIME", "CONFIG", "DATA")},
    }  # fmt: skip
    command = [sys.executable, "-c", "from workbench.cli import main; main()", "lab", "--no-browser", "--port", str(port)]
    with (tmp_path / "lab.log").open("w") as log:
        lab = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _start_kernel(port, lab)
        started = _descendants(lab.pid)
        commands = [each.command for each in processes() if each.pid in started]
        assert any(b"jupyterlab" in command for command in commands)
        assert any(b"ipykernel_launcher" in command for command in commands)
        assert processes_on(data)
        lab.send_signal(signal.SIGTERM)
        assert lab.wait(timeout=120) == 128 + signal.SIGTERM
    finally:
        lab.kill()
        lab.wait()
    until = time.monotonic() + 30  # the database's guardian hears of it by the lock that was given up
    while time.monotonic() < until and processes_on(data):
        time.sleep(0.1)
    assert processes_on(data) == []
    assert started & {each.pid for each in processes()} == set()


def test_a_user_gets_a_folder_of_their_own_once(tmp_path: Path) -> None:
    folder = user_folder(tmp_path)
    assert folder == tmp_path / "notebooks"
    start = json.loads((folder / "start.ipynb").read_text(encoding="utf-8"))
    for cell in start["cells"]:
        if cell["cell_type"] == "code":
            compile(cell["source"], "start.ipynb", "exec")
            assert cell["outputs"] == []
    names = {path.name for path in folder.glob("*.ipynb")}
    assert names == {"start.ipynb", *(path.name for path in NOTEBOOKS.glob("*.ipynb"))}
    (folder / "company_review.ipynb").write_text("mine")
    user_folder(tmp_path)
    assert (folder / "company_review.ipynb").read_text() == "mine"
    command = lab_command(8888, browser=False, folder=folder)
    assert "--LabApp.default_url=/lab/tree/start.ipynb" in command
    assert f"--ServerApp.root_dir={folder}" in command
