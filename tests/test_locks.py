"""The locks: what runs in one, what tests need besides in another, at the same versions, by hash, without an address."""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
OURS = ("workbench", "db", "api", "flows")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-weights.lock")


def locked(lock: str) -> dict[tuple[str, str], str]:
    """The pinned version by name and marker; fails for a package without a hash."""
    pins: dict[tuple[str, str], str] = {}
    for block in (ROOT / lock).read_text().replace("\\\n", " ").splitlines():
        requirement, *hashes = block.split(" --hash=")
        parsed = Requirement(requirement.strip())
        assert hashes, f"{parsed.name} of {lock} has no hash"
        assert all(each.strip().startswith("sha256:") for each in hashes)
        pins[canonicalize_name(parsed.name), str(parsed.marker or "")] = str(parsed.specifier)
    return pins


def names(lock: str) -> set[str]:
    return {name for name, _ in locked(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hash_and_no_address_is_named(lock: str) -> None:
    assert all(version.startswith("==") for version in locked(lock).values())
    assert "://" not in (ROOT / lock).read_text()


def test_what_runs_is_tested_at_the_same_versions() -> None:
    tested: dict[str, set[str]] = {}
    for (name, _), version in locked("requirements-dev.lock").items():
        tested.setdefault(name, set()).add(version)
    for (name, _), version in locked("requirements.lock").items():
        assert version in tested[name]


def test_no_tool_of_the_tests_is_installed_to_run() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    tools = {canonicalize_name(Requirement(each).name) for each in groups["dev"] if isinstance(each, str)}
    assert len(tools) > 10
    assert tools & names("requirements.lock") == set()


def test_what_the_program_imports_is_what_runs() -> None:
    installed, runs = packages_distributions(), names("requirements.lock")
    missing = {}
    for path in (path for folder in OURS for path in (ROOT / folder).rglob("*.py")):
        for module in imported(path) - {*sys.stdlib_module_names, *OURS, "_typeshed"}:
            if not runs & {canonicalize_name(name) for name in installed.get(module, [])}:
                missing[module] = path.name
    assert missing == {}


def imported(path: Path) -> set[str]:
    """The top-level modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found
