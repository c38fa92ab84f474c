"""Runs beside each other share nothing: each has a folder, sockets and settings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from db.engine import Database
from tests.reports.test_notebooks import written
from workbench.reports.kernel import run_folder
from workbench.reports.notebooks import NOTEBOOKS

SECRET = "mailto://me:correct-horse@example.org"
# What every run does at once: writes a file, reads one that lies beside the notebook, and looks at what it was given.
CELL = f"""
import os, sys
from pathlib import Path
from workbench.settings import Settings
Path("written.txt").write_text(str(number))
assert Path("beside.txt").read_text() == "read me"
assert Settings.load().alerts.channels["ops"].get_secret_value() == "{SECRET}"
command = Path("/proc/self/cmdline")
assert not command.exists() or b"correct-horse" not in command.read_bytes()
print("run", number, "in", os.getcwd(), "of", len(list(Path().iterdir())), "files", Path("written.txt").read_text())
"""


def listing(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if ".ipynb_checkpoints" not in path.parts)


@pytest.mark.timeout(600)
def test_ten_reports_at_once_all_succeed_and_leave_nothing(database: Database, tmp_path: Path) -> None:
    notebook = written(tmp_path, "number = 0", name="light", then=CELL)
    (tmp_path / "beside.txt").write_text("read me")
    out = tmp_path.with_name("out")
    out.mkdir()
    before = listing(tmp_path), listing(NOTEBOOKS)
    environment = {
        **os.environ, "WORKBENCH_HOME": str(tmp_path.with_name("home")), "WORKBENCH_DATABASE__KIND": "postgresql",
        "WORKBENCH_DATABASE__URL": database.url.replace("+psycopg", ""), "WORKBENCH_ALERTS__CHANNELS__OPS": SECRET,
    }  # fmt: skip
    command = [sys.executable, "-c", "from workbench.cli import main; main()", "report", str(notebook)]
    runs = [
        subprocess.Popen(
            [*command, "-p", f"number={number}", "-o", str(out / f"{number}.html")], env=environment, cwd=tmp_path,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for number in range(10)
    ]  # fmt: skip
    ended = [(run.communicate(timeout=500)[0], run.returncode) for run in runs]
    assert [(output, code) for output, code in ended if code != 0] == []
    pages = [(out / f"{number}.html").read_text() for number in range(10)]
    folders = {page.partition(f"run {number} in ")[2].split()[0] for number, page in enumerate(pages)}
    assert len(folders) == 10
    assert all(f"of 2 files {number}" in page for number, page in enumerate(pages))
    assert not [folder for folder in folders if Path(folder).exists()]
    assert (listing(tmp_path), listing(NOTEBOOKS)) == before


def test_the_folder_of_a_run_is_short_enough_for_sockets_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with run_folder() as folder:
        assert len(os.fsencode(folder / "k-ipc-5")) <= 103
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
