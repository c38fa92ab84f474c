"""Answers that are also files with the sources of each figure, an Excel workbook among them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.responses import Response

from api.media_types import preferred
from api.responses import tagged
from api.slow_work import SlowWork
from workbench.analysis.exports import Export, ExportFormat, write_export


class AnswerFormat(StrEnum):
    """JSON, or a file with the sources of each figure."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"
    XLSX = "xlsx"


# The 200 response of a route whose answer is also a file.
FILES: dict[str, Any] = {
    "content": {form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in ExportFormat}
}
_BY_TYPE = {"application/json": AnswerFormat.JSON} | {form.media_type: AnswerFormat(form.value) for form in ExportFormat}


def _answer_format(
    request: Request,
    format: Annotated[
        AnswerFormat | None,
        Query(description="JSON, or a file with the sources of each figure; by default taken from the Accept header."),
    ] = None,
) -> AnswerFormat:
    return format or preferred(request.headers.get("accept", ""), _BY_TYPE)


FileFormat = Annotated[AnswerFormat, Depends(_answer_format)]


async def export_response(request: Request, slow_work: SlowWork, make: Callable[[], Export], form: AnswerFormat) -> Response:
    """The export as a file to save, written in a thread."""
    wanted = ExportFormat(form.value)

    def write() -> tuple[str, bytes]:
        export = make()
        return export.name.lower(), write_export(export, wanted)

    name, content = await slow_work(write)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{wanted}"'}
    return tagged(request, content, wanted.media_type, headers)
