"""The packages that `workbench doctor` compares with the locks: those that run, and those that only tests need."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from workbench.domain.errors import SetupError
from workbench.runtime.diagnosis import Finding, _packages, _python
from workbench.settings import Settings

RUNS = f"pydantic=={version('pydantic')} \\\n    --hash=sha256:00\n"
TESTS = f"pytest=={version('pytest')} \\\n    --hash=sha256:00\n"


def look(folder: Path, runs: str, tests: str, weights: str = "") -> Finding:
    (folder / "requirements.lock").write_text(runs)
    (folder / "requirements-dev.lock").write_text(runs + tests)
    (folder / "requirements-weights.lock").write_text(weights)
    return _packages(Settings(home=folder), root=folder)


def test_tools_of_tests_may_be_missing_but_not_another_version(tmp_path: Path) -> None:
    found = look(tmp_path, RUNS, TESTS)
    assert (found.state, found.detail) == ("ok", "1 packages match the lock files, and 1 for tests")
    found = look(tmp_path, RUNS, TESTS + "no-such-tool==1.0\n")
    assert (found.state, found.detail) == ("ok", "1 packages match the lock files, and 1 for tests")
    found = look(tmp_path, RUNS, "pytest==0.1\n")
    assert found.state == "warning"
    assert found.detail == f"different from the lock files: pytest {version('pytest')} (locked: 0.1)"
    assert found.fix is not None
    assert found.fix.endswith("`make test`")


@pytest.mark.parametrize("of_weights", [False, True])
def test_what_runs_may_not_be_missing(tmp_path: Path, of_weights: bool) -> None:
    gone = "no-such-part==2.0 \\\n    --hash=sha256:00\n"
    found = look(tmp_path, RUNS + ("" if of_weights else gone), TESTS, gone if of_weights else "")
    assert (found.state, found.detail) == ("warning", "different from the lock files: no-such-part missing (locked: 2.0)")
    assert found.fix is not None
    assert found.fix.endswith("`make up`")


def test_packages_of_other_machines_are_not_looked_for(tmp_path: Path) -> None:
    found = look(tmp_path, RUNS + "no-such-part==2.0 ; python_full_version < '3.0'\n", "")
    assert (found.state, found.detail) == ("ok", "1 packages match the lock files")


def test_a_lock_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"requirements-dev\.lock cannot be read"):
        look(tmp_path, RUNS, "<<<<<<< HEAD\n")


def test_an_installed_package_has_no_locks(tmp_path: Path) -> None:
    assert _packages(Settings(home=tmp_path), root=tmp_path).state == "ok"


@pytest.mark.parametrize(
    ("running", "state"), [("3.10.9", "broken"), ("3.11.0", "ok"), ("3.14.8", "ok"), ("3.15.0", "broken")]
)
def test_the_python_must_be_one_that_the_package_takes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, running: str, state: str
) -> None:
    monkeypatch.setattr("platform.python_version", lambda: running)
    assert _python(Settings(home=tmp_path)).state == state
