"""The docs say what is: commands exist, links lead somewhere, and nothing of one machine is in the repository."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from db.tables import metadata
from tests.conftest import SHARED

_ROOT = Path(__file__).parents[1]
# What the guides tell an operator to make.
_MADE_BY_OPERATORS = {"deploy/secrets"}
_PAGES = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])


def _commands() -> dict[str, object]:
    importlib.import_module("workbench.cli.main")
    main = sys.modules["workbench.cli.main"]
    main.load()
    group = typer.main.get_group(main.app)
    return dict(group.commands)


def test_the_readme_lists_the_commands_that_there_are() -> None:
    listed = re.findall(r"^\| `workbench (\w+)` \|", (_ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(_commands())


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_commands_and_options_in_the_docs_exist(page: Path) -> None:
    commands = _commands()
    for name, rest in re.findall(r"`workbench ([a-z]+)([^`]*)`", page.read_text()):
        assert name in commands, f"{page.name}: workbench {name}"
        known = {option for option in _options(commands[name]) for option in option.split("/")}
        for option in re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", rest):
            assert option in known, f"{page.name}: workbench {name} {option}"


def _options(command: object) -> set[str]:
    found = {"--help", "-h"}
    for part in [command, *getattr(command, "commands", {}).values()]:
        for parameter in part.params:
            found.update([*parameter.opts, *parameter.secondary_opts])
    return found


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not re.match(r"[a-z]+:", link):
            target = (page.parent / link.split("#")[0]).resolve()
            assert target.exists(), f"{page.name}: {link}"
            assert target.is_relative_to(_ROOT), f"{page.name}: {link}"


def test_every_decision_is_in_the_index() -> None:
    folder = _ROOT / "docs" / "decisions"
    index = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text()))
    assert index == {path.name for path in folder.glob("[0-9]*.md")}


def test_nothing_of_one_machine_or_package_host_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=_ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    # Put together here, so that this file does not hold what it looks for.
    places = [f"{folder}/" for folder in (_ROOT, SHARED, Path.home()) if len(folder.parts) > 1]
    hosts = [".".join(("files", "pythonhosted", "org")), ".".join(("pypi", "org")), ".".join(("registry", "npmjs", "org"))]
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = _ROOT / name
        if not path.is_file():
            continue
        content = path.read_bytes()
        found += [f"{name}: {text}" for text in (*places, *hosts) if text.encode() in content]
    assert found == []


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_files_and_folders_named_in_the_docs_exist(page: Path) -> None:
    if page.name == "CHANGELOG.md":  # tells of files as they were
        return
    for name in re.findall(r"`((?:workbench|db|api|flows|tests|notebooks|deploy|docs)/[\w./-]+)`", page.read_text()):
        assert name in _MADE_BY_OPERATORS or (_ROOT / name).exists(), f"{page.name}: {name}"


def test_the_architecture_names_every_table() -> None:
    named = set(re.findall(r"`(\w+)`", (_ROOT / "docs" / "architecture.md").read_text()))
    assert set(metadata.tables) - named == set()
