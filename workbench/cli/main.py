"""The root command: gathers the subjects, and turns every WorkbenchError into one line and an exit code."""

from __future__ import annotations

import importlib
import sys

import click
import typer

from workbench.cli.console import error_console
from workbench.domain.errors import Interrupted, InvalidRequest, WorkbenchError

app = typer.Typer(
    name="workbench",
    help="Follow listed companies: filings, facts, prices and text, as of any date, each figure with its proof.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

# A subject's module calls `@app.command()` or `app.add_typer(...)` when imported; the order is that of `--help`.
_SUBJECTS: tuple[str, ...] = ()


def main() -> None:
    """Entry point of the console script."""
    for subject in _SUBJECTS:
        importlib.import_module(f"workbench.cli.{subject}")
    try:
        app(standalone_mode=False)
    except click.exceptions.Abort:
        _leave("stopped; what was committed stays", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _leave("stopped; what was committed stays", 130)
    except WorkbenchError as error:
        code = 130 if isinstance(error, Interrupted) else 2 if isinstance(error, InvalidRequest) else 1
        _leave(error.message + (f" ({error.hint})" if error.hint else ""), code)


def _leave(message: str, code: int) -> None:
    error_console.print(f"workbench: {message}", style="bold red" if code != 130 else "yellow", markup=False, highlight=False)
    sys.exit(code)
