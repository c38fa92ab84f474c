"""Commands by name: a module is imported when its command is used, a group has a default, and `--json` is understood."""

from __future__ import annotations

from typing import Annotated

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from workbench.cli.lazy import Command, CommandGroup, build
from workbench.cli.output import Format, TextOrJson


def show(names: list[str], output: Format = "table") -> None:
    """Show names."""
    typer.echo(f"{output} {' '.join(names)}")


def read(name: Annotated[str | None, typer.Option()] = None, output: TextOrJson = "text") -> None:
    """Read one."""
    typer.echo(f"{output} {name}")


def plain() -> None:
    """Take no format."""
    typer.echo("plain")


_HERE = __name__
_TABLE = (
    CommandGroup(
        "names", "Names.", (Command("show", "Show names.", f"{_HERE}:show"), Command("read", "Read one.", f"{_HERE}:read")),
        default="show",
    ),
    CommandGroup("bare", "Bare.", (Command("plain", "Take no format.", f"{_HERE}:plain"),), default="plain", is_bare=True),
    Command("plain", "Take no format.", f"{_HERE}:plain"),
    Command("nowhere", "Is in no module.", "tests.cli.no_such_module:nothing"),
)  # fmt: skip


class _Root(TyperGroup):
    def __init__(self, **attributes: object) -> None:
        super().__init__(**{**attributes, "commands": build(_TABLE)})  # type: ignore[arg-type]


app = typer.Typer(cls=_Root)


@app.callback()
def _root() -> None:
    """All."""


def _run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["names", "show", "ada", "bob"], "table ada bob"),
        (["names", "ada"], "table ada"),  # the default command
        (["names", "ada", "--json"], "json ada"),
        (["names", "--json", "ada"], "json ada"),
        (["names", "ada", "--json", "--format", "csv"], "csv ada"),
        (["names", "ada", "--", "--json"], "table ada --json"),  # after `--` nothing is an option
        (["names", "read", "--json"], "json None"),
    ],
)
def test_the_default_command_and_the_alias_of_the_format(arguments: list[str], printed: str) -> None:
    assert _run(*arguments) == f"{printed}\n"


def test_a_bare_group_runs_its_default_and_another_shows_help() -> None:
    assert _run("bare") == "plain\n"
    assert "Usage" in _run("names", code=2)


def test_the_alias_is_not_shown_and_only_where_there_is_a_format() -> None:
    assert "--json" not in _run("names", "show", "--help")
    assert "No such option" in _run("plain", "--json", code=2)


def test_help_of_a_group_with_a_default_has_its_options_and_the_other_commands() -> None:
    shown = _run("names", "--help")
    assert "--format" in shown
    assert "read" in shown


def test_help_of_the_root_needs_no_module_that_is_not_there() -> None:
    assert "Is in no module." in _run("--help")
    assert isinstance(CliRunner().invoke(app, ["nowhere"]).exception, ModuleNotFoundError)
