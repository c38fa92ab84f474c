"""Where a table goes that is taken along: a file, its format by the name unless told."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path

from workbench.analysis.exports import Export, ExportFormat, write_export
from workbench.cli.console import error_console
from workbench.domain.errors import InvalidRequest, SetupError


class TableFormat(StrEnum):
    """How a comparison or a screen is printed or saved."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


def chosen_format(wanted: TableFormat | None, file: Path | None) -> TableFormat:
    """What was asked for; without that what the file's name says, else a table. Raises InvalidRequest for what cannot be."""
    if wanted is None and file is not None:
        try:
            return TableFormat(file.suffix.removeprefix(".").lower())
        except ValueError:
            raise InvalidRequest(f"{file.name} does not say its format", hint="end it in .csv, .parquet or .xlsx") from None
    if wanted in (TableFormat.PARQUET, TableFormat.XLSX) and file is None:
        raise InvalidRequest(f"{wanted} is no text for a terminal", hint="name a file with -o")
    return wanted or TableFormat.TABLE


def save_export(export: Export, form: TableFormat, file: Path | None) -> None:
    """Writes the export to the file, or to standard output; raises SetupError for a file that cannot be written."""
    save(write_export(export, ExportFormat(form.value)), file)


def save(content: bytes, file: Path | None) -> None:
    """Writes bytes to the file, or to standard output; raises SetupError for a file that cannot be written."""
    if file is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror}") from None
    error_console.print(f"saved {file}", highlight=False, markup=False)
