"""The root command and its entry point: signals, exit codes, and one line for every error."""

from __future__ import annotations

import importlib.metadata
import os
import signal
import sys
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from workbench.cli.commands import COMMANDS
from workbench.cli.errors import DEBUG, INTERRUPTED, TERMINATED, report_error, report_interrupt, report_unexpected
from workbench.cli.lazy import build
from workbench.domain.errors import WorkbenchError

_HELP = (
    "Follow listed companies: filings, financial statements, prices and text, as known on any date, with the source of "
    "every figure."
)


class _Root(TyperGroup):
    """All commands, none of which is imported before it is used."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": build(COMMANDS)})


app = typer.Typer(
    name="workbench",
    cls=_Root,
    help=_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Entry point of the console script."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # under nohup a hang-up stays ignored
            signal.signal(number, _terminate)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a script's background job: who sends it one means it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        app()
    except SystemExit as leaving:
        if leaving.code in (INTERRUPTED, TERMINATED):
            report_interrupt()
        raise
    except KeyboardInterrupt:
        sys.exit(report_interrupt())
    except WorkbenchError as error:
        sys.exit(report_error(error))
    except Exception as error:
        if _is_debugging():
            raise
        sys.exit(report_unexpected(error))


def _is_debugging() -> bool:
    return os.environ.get(DEBUG, "").lower() not in ("", "0", "false", "no", "off")


def _terminate(number: int, _frame: FrameType | None) -> None:
    # As an exception, so that every `finally` and `with` on the way out runs.
    raise SystemExit(128 + number)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"workbench {importlib.metadata.version('corporate-intel-workbench')}")
        raise typer.Exit


def _debug(is_wanted: bool) -> None:
    if is_wanted:
        os.environ[DEBUG] = "1"  # processes that this one starts show theirs too


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
    _trace: Annotated[
        bool, typer.Option("--debug", help="Show the full traceback of an unexpected error.", is_eager=True, callback=_debug)
    ] = False,
) -> None:
    """Options of every command."""
