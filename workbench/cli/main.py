"""The root command: gathers the subjects, and turns every WorkbenchError into one line and an exit code."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Iterable, Sequence
from types import FrameType
from typing import Annotated

import typer

from workbench.cli.console import error_console
from workbench.domain.errors import Interrupted, InvalidRequest, WorkbenchError

app = typer.Typer(
    name="workbench",
    help="Follow listed companies: filings, facts, prices and text, as of any date, each figure with its proof.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# A subject's module calls `@app.command()` or `app.add_typer(...)` when imported; the order is that of `--help`.
# These modules import heavy parts inside their commands, so that `--help` and completion answer at once.
_SUBJECTS: dict[str, str] = {
    "up": "workbench.cli.operations.up",
    "ingest": "workbench.cli.filings.ingest",
    "statement": "workbench.cli.statements.statement",
    "compare": "workbench.cli.statements.compare",
    "screen": "workbench.cli.statements.screen",
    "provenance": "workbench.cli.statements.provenance",
    "segments": "workbench.cli.statements.segments",
    "ratios": "workbench.cli.statements.ratios",
    "valuation": "workbench.cli.statements.valuation",
    "restatements": "workbench.cli.statements.restatements",
    "checks": "workbench.cli.statements.checks",
    "concepts": "workbench.cli.statements.concepts",
    "sections": "workbench.cli.filings.sections",
    "search": "workbench.cli.search.search",
    "embed": "workbench.cli.search.embed",
    "changes": "workbench.cli.filings.changes",
    "similar": "workbench.cli.search.similar",
    "documents": "workbench.cli.filings.documents",
    "events": "workbench.cli.filings.events",
    "alerts": "workbench.cli.alerts.alerts",
    "report": "workbench.cli.reports.report",
    "lab": "workbench.cli.reports.lab",
    "users": "workbench.cli.operations.users",
    "watchlist": "workbench.cli.alerts.watchlist",
    "flags": "workbench.cli.operations.flags",
    "doctor": "workbench.cli.operations.doctor",
    "failures": "workbench.cli.operations.failures",
    "prices": "workbench.cli.market.prices",
    "news": "workbench.cli.market.news",
    "starter": "workbench.cli.operations.starter",
    "lake": "workbench.cli.operations.lake",
    "sql": "workbench.cli.operations.sql",
    "marts": "workbench.cli.operations.marts",
    "flows": "workbench.cli.operations.flows",
}

# What adds its commands to those of another subject.
_FURTHER = {"users": ("workbench.cli.operations.api_keys",)}

_INTERRUPTED = 130


def main() -> None:
    """Entry point of the console script."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # under nohup a hang-up stays ignored
            signal.signal(number, _terminate)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a script's background job: who sends it one means it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    load(_needed(sys.argv[1:]))
    try:
        app()
    except SystemExit as leaving:
        if leaving.code == _INTERRUPTED:
            _leave("stopped; what was committed stays", _INTERRUPTED)
        raise
    except KeyboardInterrupt:
        _leave("stopped; what was committed stays", _INTERRUPTED)
    except WorkbenchError as error:
        code = _INTERRUPTED if isinstance(error, Interrupted) else 2 if isinstance(error, InvalidRequest) else 1
        _leave(error.message + (f" ({error.hint})" if error.hint else ""), code)


def load(commands: Iterable[str] = _SUBJECTS) -> None:
    """Import the modules that add these commands to `app`; every command's by default."""
    for command in commands:
        for module in (_SUBJECTS[command], *_FURTHER.get(command, ())):
            importlib.import_module(module)


def _needed(arguments: Sequence[str]) -> Iterable[str]:
    """The command alone that is asked for; all for help, completion and what is no command."""
    named = arguments[0] if arguments else ""
    return (named,) if named in _SUBJECTS else _SUBJECTS


def _terminate(number: int, _frame: FrameType | None) -> None:
    # As an exception, so that every `finally` and `with` on the way out runs.
    raise SystemExit(128 + number)


def _show_version(wanted: bool) -> None:
    if wanted:
        import importlib.metadata

        typer.echo(f"workbench {importlib.metadata.version('corporate-intel-workbench')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """What holds for every command."""


def _leave(message: str, code: int) -> None:
    style = "yellow" if code == _INTERRUPTED else "bold red"
    error_console.print(f"workbench: {message}", style=style, markup=False, highlight=False)
    sys.exit(code)
