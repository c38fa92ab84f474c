"""Error answers as OpenAPI describes them, each with an example in the one shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.errors import MEDIA_TYPE


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


_EXAMPLES: dict[int, tuple[str, str]] = {
    400: ("invalid-identifier", "'AA PL!' is neither a ticker such as AAPL or BRK-B nor a CIK"),
    401: ("not-authenticated", "this needs an access token"),
    403: ("permission-refused", "another site may not write here"),
    404: ("not-found", "there is no company with the ticker ZZZZ"),
    413: ("document-too-large", "report.pdf has 100 MB; at most 67 MB are read"),
    422: ("invalid-parameters", "query.limit: Input should be less than or equal to 500"),
    429: ("too-many-attempts", "signing in failed too often; wait a quarter of an hour"),
    503: ("source-unavailable", "the service of the channel ops does not answer"),
    500: ("internal-server-error", "the workbench failed here; its log says how"),
}


# The 200 of a route that also writes CSV; its JSON is described by the route's model.
CSV_TOO: dict[str, Any] = {"content": {"text/csv": {"schema": {"type": "string"}}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may end so; 500 always can."""
    return {status: _described(status) for status in (*statuses, 500)}


def _described(status: int) -> dict[str, Any]:
    kind, detail = _EXAMPLES[status]
    title = HTTPStatus(status).phrase
    example: dict[str, Any] = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail}
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        example["errors"] = [{"field": "query.limit", "message": "Input should be less than or equal to 500"}]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": title, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
