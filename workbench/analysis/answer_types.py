"""What answers are made of: text in a known format, and parts of long lists.

An answer is a `TypedDict` of JSON's own types only. The API's OpenAPI schema, the JSON of commands and the functions that
build an answer all use that one type: its docstring and the `Schema` of its fields are the documentation.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

# Pydantic reads `typing.TypedDict` only from Python 3.12 on, and `closed` (PEP 728) is in no released `typing`.
from typing_extensions import TypedDict


class Schema:
    """JSON Schema keywords of a field, such as `Annotated[str, Schema(format="date", description="...")]`."""

    def __init__(self, **keywords: Any) -> None:
        self._keywords = keywords

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        """The schema of the field with these keywords; the name is pydantic's, which is not imported here."""
        return {**handler(core_schema), **self._keywords}


def keys_of(names: type[StrEnum]) -> Schema:
    """The schema of a mapping whose keys are values of `names`."""
    return Schema(propertyNames={"enum": [name.value for name in names]})


IsoDate = Annotated[str, Schema(format="date")]
IsoTime = Annotated[str, Schema(format="date-time")]
DecimalText = Annotated[str, Schema(format="decimal")]
"""A decimal number with every digit, which a JSON number may not keep."""


def utc_text(moment: datetime) -> str:
    """A moment in UTC in ISO form, ending in Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class PageFields(TypedDict):
    """The fields of every answer that is a part of a list."""

    limit: int
    offset: int
    next_offset: Annotated[int | None, Schema(description="Where the list continues; null at its end.")]


class Page(PageFields, closed=True):
    """Where a part of a list stands."""
