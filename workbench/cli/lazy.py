"""Commands by name: what help and completion need stands in a table, and a command's module is imported when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_FORMAT = "--format"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, its one-line help, and the function that runs it as `module:function`.

    The function's docstring begins with the same line; `panel` is its heading in the list of commands.
    """

    name: str
    help: str
    target: str
    panel: str | None = None

    def build(self) -> TyperCommand:
        """The command as help and completion show it; the module is imported when it runs or explains itself."""
        return LazyCommand(self)


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands under one name.

    `default` is the one that runs when the arguments name none of them, and with `is_bare` also when there are none.
    """

    name: str
    help: str
    commands: tuple[Command | CommandGroup, ...]
    panel: str | None = None
    default: str | None = None
    is_bare: bool = False

    def build(self) -> TyperGroup:
        """The group with its commands, none of which is imported."""
        kind = TyperGroup if self.default is None else _GroupWithDefault
        group = kind(
            name=self.name, help=self.help, commands=build(self.commands), no_args_is_help=not self.is_bare,
            rich_help_panel=self.panel,
        )  # fmt: skip
        if isinstance(group, _GroupWithDefault):
            group.default = self.default or ""
        return group


def build(table: Sequence[Command | CommandGroup]) -> dict[str, Any]:
    """Commands and groups by name, in the order of the table."""
    return {each.name: each.build() for each in table}


def import_function(target: str) -> Callable[..., Any]:
    """The function that `module:function` names."""
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


class LazyCommand(TyperCommand):
    """Stands for a command in help and completion, and becomes it when it is used."""

    def __init__(self, entry: Command) -> None:
        super().__init__(entry.name, help=entry.help, rich_help_panel=entry.panel)
        self._target = entry.target
        self._loaded: Any = None

    def load(self) -> Any:
        """The command itself, with its whole help and its parameters."""
        if self._loaded is None:
            app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            app.command(self.name)(import_function(self._target))
            self._loaded = typer.main.get_command(app)
        return self._loaded

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the command itself."""
        command = self.load()
        if any(_FORMAT in parameter.opts for parameter in command.params):
            args = _with_format(args)
        return command.make_context(info_name, args, parent=parent, **extra)


class _GroupWithDefault(TyperGroup):
    """Reads arguments that begin with no command of the group as those of its default command."""

    default = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args:
            is_default = args[0] not in self.commands and args[0] not in ctx.help_option_names
        else:
            is_default = not self.no_args_is_help and not ctx.resilient_parsing  # completion offers the commands
        return super().parse_args(ctx, [self.default, *args] if is_default else args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help of the default command, and the other commands below it."""
        command: Any = self.commands[self.default]
        loaded = command.load()
        shown = TyperGroup(
            name=self.name, help=loaded.help, params=loaded.params, commands=dict(self.commands), subcommand_metavar=""
        )
        shown.format_help(ctx, formatter)


def _with_format(args: Sequence[str]) -> list[str]:
    """`--json` is understood as `--format json`; help and completion know `--format` alone."""
    end = args.index("--") if "--" in args else len(args)
    return [*(f"{_FORMAT}=json" if argument == "--json" else argument for argument in args[:end]), *args[end:]]
