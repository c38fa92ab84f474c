"""`workbench settings`: what administrators also set on the page Settings; running processes take it over."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from workbench import runtime
from workbench.analysis.operations.stored_settings_json import stored_settings_answer
from workbench.cli.console import console, new_table, say
from workbench.cli.output import Format, write_records
from workbench.domain.operations.stored_settings import SettingSource, SettingState, parse_setting
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.runtime.stored_settings import try_setting
from workbench.settings_file import PREFIX

_COLUMNS = ("name", "title", "variable", "source", "is_secret", "value", "set_by", "set_at", "is_readable")
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="One of `workbench settings list`, or alerts.channels.NAME or reports.webhooks.NAME.",
        show_default=False,
    ),
]  # fmt: skip


def list_settings(output: Format = "table") -> None:
    """List the stored settings and who set them."""
    with runtime.open_workbench() as workbench:
        states = workbench.stored_settings.states()
    if output != "table":
        write_records(
            output, "settings", [dict(each) for each in stored_settings_answer(states, PREFIX)["settings"]], _COLUMNS
        )
        return
    table = new_table("Setting", "Value", "Set by", "Set (UTC)", "Variable")
    for state in states:
        when = f"{state.set_at:%Y-%m-%d %H:%M}" if state.set_at else ""
        table.add_row(state.setting.name, _value(state), state.set_by or "", when, f"{PREFIX}{state.setting.variable}")
    console.print(table)


def set_setting(name: Name) -> None:
    """Set a stored setting.

    It is stored encrypted. Its value is asked for on a terminal, without showing a secret, and read from standard input
    elsewhere. Running processes take it over within seconds. A variable of the environment goes before it.
    """
    setting = parse_setting(name)
    is_asked = sys.stdin.isatty()
    value = typer.prompt(setting.title, hide_input=setting.is_secret, err=True) if is_asked else sys.stdin.readline()
    with runtime.open_workbench() as workbench:
        workbench.stored_settings.store(name, value, actor=LOCAL_USER)
    say(f"{setting.title} is stored")


def remove(name: Name) -> None:
    """Remove a stored setting."""
    with runtime.open_workbench() as workbench:
        state = workbench.stored_settings.remove(name, actor=LOCAL_USER)
    say(f"{state.setting.title} is removed")


def test(name: Name) -> None:
    """Send a test message through a channel or webhook."""
    with runtime.open_workbench() as workbench:
        try_setting(workbench, name)
    say(f"Sent a test message through {name.rpartition('.')[2]}")


def _value(state: SettingState) -> str:
    if state.source is SettingSource.NONE:
        return "not set"
    if not state.is_readable and state.source is SettingSource.STORED:
        return "not readable; set it again"
    shown = state.value or "****"
    return f"{shown} (environment)" if state.source is SettingSource.ENVIRONMENT else shown
