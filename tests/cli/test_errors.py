"""Errors on the command line: one line with its hint, an exit code, and a traceback only where somebody asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.cli import errors
from workbench.domain.errors import Interrupted, InvalidRequest, MalformedDocument, SetupError, SourceUnavailable

# As the console script, with `doctor` failing in a way that nobody foresaw.
_FAILING = """
import sys
import workbench.cli
import workbench.cli.operations.doctor as module
def diagnose(settings):
    yield from ()
    raise {error}
module.diagnose = diagnose
sys.modules["workbench.cli.main"].main()
"""


def _run(error: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _FAILING.format(error=error), *arguments, "doctor"]
    stored = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=stored | environment, timeout=60)


@pytest.mark.parametrize(
    "error", ['ZeroDivisionError("[Errno 1] of\\n two lines")', 'OSError(28, "No space left")', "KeyError()"]
)
def test_an_unexpected_error_is_one_line_and_its_traceback_a_file(tmp_path: Path, error: str) -> None:
    ended = _run(error, WORKBENCH_HOME=str(tmp_path))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert ended.stderr.startswith(f"workbench: unexpected error: {error.split('(', maxsplit=1)[0]}"), ended.stderr
    (file,) = (tmp_path / "logs").glob("error-*.log")
    assert str(file) in ended.stderr
    assert "Traceback" in file.read_text()
    assert "in diagnose" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_where_the_home_cannot_be_written_another_folder_takes_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = _run("ValueError('odd')", WORKBENCH_HOME=str(tmp_path / "file" / "home"), TMPDIR=str(tmp_path))
    assert ended.returncode == 1
    (file,) = tmp_path.glob("error-*.log")
    assert str(file) in ended.stderr


@pytest.mark.parametrize(("arguments", "environment"), [(["--debug"], {}), ([], {"WORKBENCH_DEBUG": "1"})])
def test_the_traceback_is_shown_to_whoever_asks(tmp_path: Path, arguments: list[str], environment: dict[str, str]) -> None:
    ended = _run("ValueError('odd')", *arguments, WORKBENCH_HOME=str(tmp_path), **environment)
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert not (tmp_path / "logs").exists()


def test_only_the_newest_files_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setattr(errors, "_MOST_FILES", 2)
    (tmp_path / "logs").mkdir()
    for day in (1, 2, 3):
        (tmp_path / "logs" / f"error-2020010{day}T000000-1.log").touch()
    assert errors.report_unexpected(ValueError("odd")) == 1
    names = sorted(file.name for file in (tmp_path / "logs").iterdir())
    assert len(names) == 2
    assert names[0] == "error-20200103T000000-1.log"


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (InvalidRequest("asked wrongly", hint="ask [rightly]"), 2, "workbench: asked wrongly (ask [rightly])"),
        (SetupError("no disk"), 1, "workbench: no disk"),
        (SourceUnavailable("it is silent", hint="wait"), 1, "workbench: it is silent (wait)"),
        (MalformedDocument("rubbish", hint="look"), 1, "workbench: rubbish (look)"),
        (Interrupted("stopped; half is saved"), 130, "workbench: stopped; half is saved"),
    ],
)
def test_an_error_keeps_its_hint(
    error: errors.WorkbenchError, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert errors.report_error(error) == code
    assert capsys.readouterr().err == f"{line}\n"
