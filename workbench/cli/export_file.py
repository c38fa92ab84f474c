"""Saving a table to a file: the format is given by `--format`, else by the file's name."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from workbench.analysis import exports
from workbench.cli.console import note
from workbench.domain.errors import InvalidRequest, SetupError

_Form = Literal["table", "json", "csv", "parquet", "xlsx"]
ExportFormat = Annotated[
    _Form | None, typer.Option("--format", help="Output format; by default that of the file's name, else a table.")
]
OutputFile = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Save to this file: .csv, .json, .parquet or .xlsx.")
]


def chosen_format(wanted: str | None, file: Path | None) -> str:
    """The format asked for, else that of the file's name, else a table. Raises InvalidRequest for what cannot be done."""
    if wanted is None and file is not None:
        named = file.suffix.removeprefix(".").lower()
        if named not in get_args(_Form):
            raise InvalidRequest(f"{file.name} does not name a format", hint="use .csv, .json, .parquet or .xlsx")
        return named
    if wanted in ("parquet", "xlsx") and file is None:
        raise InvalidRequest(f"{wanted} cannot be printed on a terminal", hint="name a file with -o")
    return wanted or "table"


def save_export(export: exports.Export, form: str, file: Path | None) -> None:
    """Writes the export to the file, or to standard output; raises SetupError for a file that cannot be written."""
    _save(exports.write_export(export, exports.ExportFormat(form)), file)


def save_json(document: object, file: Path | None) -> None:
    """Writes a JSON document likewise."""
    _save((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(), file)


def _save(content: bytes, file: Path | None) -> None:
    if file is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_file(file, content)
        note(f"saved {file}")


def write_file(file: Path, content: bytes) -> None:
    """Writes the whole file or leaves what was there; raises SetupError for a file that cannot be written."""
    beside = file.with_name(f".{file.name}.part")
    try:
        if file.exists() and not file.is_file():  # /dev/null and the like take what they are given
            file.write_bytes(content)
            return
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SetupError(f"{file} cannot be written: {error.strerror}", hint="choose another file with -o") from None
