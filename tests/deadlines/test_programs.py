"""Programs that end, that do not, and what they leave behind."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from workbench.deadlines.programs import run_program

# Starts a child that holds the pipes, says its number, and sleeps on.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
open(sys.argv[1], "w").write(str(child.pid))
print("started", flush=True)
time.sleep(120)
"""


def test_a_program_that_ends_gives_its_output_and_code(tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd(), sorted(os.environ)[:1], sys.stdin.read()); sys.stderr.write('oh'); sys.exit(3)"
    ended = run_program([sys.executable, "-c", code], seconds=60, environment={"A": "1"}, folder=tmp_path)
    assert (ended.code, ended.errors) == (3, b"oh")
    assert ended.output.decode().split() == [str(tmp_path), "['A']"]


def test_a_program_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run_program([str(tmp_path / "none")], seconds=5)


def test_a_program_that_takes_too_long_is_killed_with_what_it_started(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(TimeoutError, match="took longer than 3 seconds"):
        run_program([sys.executable, "-c", PARENT, str(tmp_path / "child")], seconds=3)
    assert time.monotonic() - started < 30
    child = int((tmp_path / "child").read_text())
    until = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(child)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")  # a child whose parent is gone may wait to be reaped
    return not (state.is_file() and state.read_text().rpartition(")")[2].split()[0] == "Z")
