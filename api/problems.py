"""Error responses in the OpenAPI description, each with an example."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.errors import MEDIA_TYPE
from api.examples import read_examples
from workbench.analysis.table_files import TableFormat


class WrongParameter(BaseModel):
    """One invalid parameter."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem details: every error of this API has this format."""

    type: str = Field(description="The kind of error; a stable name.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What happened, in one line.")
    hint: str | None = Field(default=None, description="How to fix it.")
    errors: list[WrongParameter] | None = Field(default=None, description="For 422: each invalid parameter and the reason.")
    model_config = ConfigDict(extra="forbid")


# The 200 response of a route that also returns a table; the route's model describes its JSON.
TABLES_TOO: dict[str, Any] = {
    "content": {
        form.media_type: {"schema": {"type": "string"} | ({} if form is TableFormat.CSV else {"format": "binary"})}
        for form in TableFormat
    }
}


# The 200 response of a route that returns a table as a file alone.
TABLE_FILES: dict[str, Any] = {
    "description": "The table as a file.",
    "content": {form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in TableFormat},
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can return these statuses, and 500, which every route can."""
    return {status: _described(status) for status in (*statuses, 500)}


def _described(status: int) -> dict[str, Any]:
    title = HTTPStatus(status).phrase  # phrases differ between Python versions, so the recorded examples leave them out
    example = {**read_examples()["problems"][str(status)], "title": title}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": title, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
