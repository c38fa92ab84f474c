"""Every command of the table, with its path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from workbench.cli.commands import COMMANDS
from workbench.cli.lazy import Command, CommandGroup


def entries(table: Sequence[Command | CommandGroup] = COMMANDS, path: str = "") -> Iterator[Command]:
    """The commands, each named by its whole path such as `users keys add`."""
    for each in table:
        if isinstance(each, Command):
            yield replace(each, name=f"{path}{each.name}")
        else:
            yield from entries(each.commands, f"{path}{each.name} ")


def groups(table: Sequence[Command | CommandGroup] = COMMANDS) -> Iterator[CommandGroup]:
    """The groups, each before those within."""
    for each in table:
        if isinstance(each, CommandGroup):
            yield each
            yield from groups(each.commands)
