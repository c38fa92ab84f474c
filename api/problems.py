"""Error answers as OpenAPI describes them, each with an example in the one shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.errors import MEDIA_TYPE
from api.examples import read_examples


class WrongParameter(BaseModel):
    """One parameter that does not validate."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem details: every error of this API has this shape."""

    type: str = Field(description="names the kind of error; stable")
    title: str = Field(description="the status in words")
    status: int
    detail: str = Field(description="one line for a person")
    hint: str | None = Field(default=None, description="what to do about it")
    errors: list[WrongParameter] | None = Field(default=None, description="of 422: which parameters, and why")
    model_config = ConfigDict(extra="forbid")


# The 200 of a route that also writes CSV; its JSON is described by the route's model.
CSV_TOO: dict[str, Any] = {"content": {"text/csv": {"schema": {"type": "string"}}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may end so; 500 always can."""
    return {status: _described(status) for status in (*statuses, 500)}


def _described(status: int) -> dict[str, Any]:
    title = HTTPStatus(status).phrase  # versions of Python have other phrases, so that the recorded examples have none
    example = {**read_examples()["problems"][str(status)], "title": title}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": title, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
