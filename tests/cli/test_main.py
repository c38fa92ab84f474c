"""The root command: quick to answer, completes in each shell, and one line with the right exit code for each error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.domain.errors import Interrupted, InvalidRequest, NotFound, WorkbenchError

_ROOT = Path(__file__).parents[2]
_WORKBENCH = Path(sys.executable).with_name("workbench")

# Each of these costs more than all of `workbench --help` may. Pydantic is not among them: Typer brings it to read options.
_HEAVY = ("sqlalchemy", "numpy", "pandas", "httpx", "lxml", "panel", "fastapi", "uvicorn", "papermill", "orjson")


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_WORKBENCH, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment}, timeout=60
    )


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--help"], {}),
        (["report", "--help"], {}),
        (["users", "keys", "--help"], {}),
        ([], {"_WORKBENCH_COMPLETE": "complete_bash", "COMP_WORDS": "workbench users ke", "COMP_CWORD": "2"}),
    ],
)
def test_help_and_completion_import_no_command(arguments: list[str], environment: dict[str, str]) -> None:
    default = "report run"  # its options are those of its group
    code = (
        "import atexit, json, sys\n"
        "import workbench.cli\n"
        "from tests.cli.entries import entries\n"
        f"own = [entry.target.split(':')[0] for entry in entries() if entry.name != {default!r}]\n"
        f"atexit.register(lambda: print(json.dumps([name for name in {_HEAVY!r} + tuple(own) if name in sys.modules]),"
        " file=sys.stderr))\n"
        f"sys.argv = ['workbench', *{arguments!r}]\n"
        "sys.modules['workbench.cli.main'].main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **environment}, cwd=_ROOT
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stderr.splitlines()[-1]) == []
    assert ended.stdout


def test_the_version_is_the_installed_one() -> None:
    assert _run("--version").stdout.startswith("workbench 0.")


def test_an_unknown_command_is_asked_wrongly() -> None:
    ended = _run("nosuch")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "No such command 'nosuch'" in ended.stderr


@pytest.mark.parametrize(
    ("shell", "environment"),
    [
        ("bash", {"COMP_WORDS": "workbench doc", "COMP_CWORD": "1"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "workbench doc"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "workbench doc", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_commands_complete(shell: str, environment: dict[str, str]) -> None:
    assert "doctor" in _run(_WORKBENCH_COMPLETE=f"complete_{shell}", **environment).stdout


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidRequest("asked wrongly", hint="ask rightly"), 2),
        (NotFound("not there", hint="[look] elsewhere"), 1),
        (Interrupted("stopped"), 130),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int
) -> None:
    def fail() -> None:
        raise error

    main = sys.modules["workbench.cli.main"]
    monkeypatch.setattr(main, "app", fail)
    monkeypatch.setattr(main.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as left:
        main.main()
    out, err = capsys.readouterr()
    assert (left.value.code, out) == (code, "")
    if isinstance(error, WorkbenchError):
        assert err.strip() == f"workbench: {error.message}" + (f" ({error.hint})" if error.hint else "")
