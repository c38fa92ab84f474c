"""The shape of the tree: small files, small folders, subjects as folders, tests that mirror."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_PACKAGES = ("workbench", "db", "api", "flows")
# What all subjects of a layer share.
_SHARED = {
    "workbench/domain": {"__init__", "errors", "identity", "as_of", "amounts"},
    "db": {
        "__init__",
        "engine",
        "migrate",
        "companies",
        "outage",
        "ownership",
        "recordset",
        "server",
        "statement_times",
        "timeouts",
        "timescale",
        "traced",
    },
}


def _modules() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", "*.py"], cwd=_ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [Path(name) for name in filter(None, listed.stdout.split("\0")) if (_ROOT / name).is_file()]


def test_no_file_has_more_than_400_lines() -> None:
    lines = {path: len((_ROOT / path).read_text(encoding="utf-8").splitlines()) for path in _modules()}
    assert {path.as_posix(): count for path, count in lines.items() if count > 400} == {}


def test_no_folder_has_more_than_25_modules() -> None:
    own = [path for path in _modules() if path.parts[0] in _PACKAGES and "migrations" not in path.parts]
    folders = Counter(path.parent.as_posix() for path in own)
    assert {folder: count for folder, count in folders.items() if count > 25} == {}


@pytest.mark.parametrize("layer", _SHARED)
def test_a_module_belongs_to_a_subject(layer: str) -> None:
    here = {path.stem for path in _modules() if path.parent.as_posix() == layer}
    assert here - _SHARED[layer] == set()


def test_no_module_is_named_like_its_folder() -> None:
    # A command bears the name of its group.
    own = [path for path in _modules() if path.parts[0] in _PACKAGES and path.parts[:2] != ("workbench", "cli")]
    assert [path.as_posix() for path in own if path.stem == path.parent.name] == []


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in _modules() if path.parts[0] == "tests"}
    assert [folder.as_posix() for folder in folders if not (_ROOT / folder / "__init__.py").is_file()] == []


def test_tests_mirror_the_tree() -> None:
    """A folder of tests has the place of the folder that it tests."""
    tested = {path.parent for path in _modules() if path.parts[0] in _PACKAGES}
    own = {Path(*folder.parts[1:]) if folder.parts[0] == "workbench" else folder for folder in tested}
    apart = {"benchmarks", "contracts", "data", "deploy", "notebooks", "timescale"}
    folders = {Path(*path.parent.parts[1:]) for path in _modules() if path.parts[0] == "tests"}
    assert {
        folder.as_posix() for folder in folders if folder.parts and folder.parts[0] not in apart and folder not in own
    } == set()
