"""Responses: JSON written by orjson, or a table, each with an entity tag so that unchanged ones are not sent again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from fastapi import Request
from pydantic import TypeAdapter
from starlette.responses import Response

from api.cursors import links
from api.deps import Format
from workbench.analysis.row_tables import ColumnKind, rows_csv, rows_table
from workbench.analysis.table_files import TableFormat, write_table

# The browser caches and revalidates each time: late filings can change even the answer for an old `as_of`.
_CACHE = "private, no-cache"


@dataclass(frozen=True, slots=True)
class RowsWanted:
    """That the caller wants the rows in `field` of the answer `model` as a file."""

    form: TableFormat
    model: Any
    field: str


def json_response(request: Request, content: Mapping[str, object]) -> Response:
    """A JSON response. `content` holds only JSON types, so nothing is converted or validated again.

    Where the caller wants the rows of the answer as a file, they are sent instead. A page of a list has links to others.
    Returns 304 without a body if the caller has the same response (RFC 9110, If-None-Match).
    """
    more = links(request, content)
    wanted: RowsWanted | None = getattr(request.state, "rows", None)
    if wanted is None:
        return tagged(request, orjson.dumps(content), "application/json", more)
    paths, columns = _columns(wanted.model, wanted.field)
    rows = [[_at(row, path) for path in paths] for row in content[wanted.field]]  # type: ignore[attr-defined]
    name = _UNSAFE.sub("-", request.url.path.removeprefix("/api/v1/"))
    return _file(request, name, (columns, rows), wanted.form, more)


def table_response(request: Request, form: Format, name: str, row: Any, rows: Iterable[Sequence[object]]) -> Response:
    """Rows as a file called `name`, with the fields of the TypedDict `row` as columns; 304 as for JSON."""
    return _file(request, name, (_columns(row)[1], list(rows)), TableFormat(form.value), {})


_Table = tuple[Mapping[str, ColumnKind], Sequence[Sequence[object]]]


def _file(request: Request, name: str, table: _Table, form: TableFormat, headers: Mapping[str, str]) -> Response:
    content = rows_csv(*table) if form is TableFormat.CSV else write_table(rows_table(*table), form)
    more = {**headers, "Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return tagged(request, content, form.media_type, more)


_Path = tuple[str, ...]


@cache
def _columns(model: Any, field: str | None = None) -> tuple[Sequence[_Path], Mapping[str, ColumnKind]]:
    """Where each column of the rows stands in a row, and its kind by its name: rows are `model`, or in a field of it."""
    schema = TypeAdapter(model).json_schema()
    definitions = schema.get("$defs", {})
    row = schema if field is None else _resolved(schema["properties"][field]["items"], definitions)
    columns = dict(_fields(row, definitions))
    return list(columns), {"_".join(path): kind for path, kind in columns.items()}


def _fields(row: Mapping[str, Any], definitions: Mapping[str, Any], above: _Path = ()) -> Iterator[tuple[_Path, ColumnKind]]:
    """Columns for the fields of a row, and for those of an object in it."""
    for name, schema in row["properties"].items():
        only = _only(schema, definitions)
        if "properties" in only and not above:
            yield from _fields(only, definitions, (name,))
        else:
            yield (*above, name), _kind(only, definitions)


def _at(row: Any, path: _Path) -> Any:
    for name in path:
        row = None if row is None else row[name]
    return row


_KINDS = {
    ("string", "date"): ColumnKind.DATE,
    ("string", "date-time"): ColumnKind.TIME,
    ("string", "decimal"): ColumnKind.DECIMAL,
    ("string", None): ColumnKind.TEXT,
    ("integer", None): ColumnKind.WHOLE,
    ("number", None): ColumnKind.FRACTION,
    ("boolean", None): ColumnKind.FLAG,
}


def _only(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the values of a field are besides null; nothing where they are of several kinds."""
    options = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    return _resolved(options[0], definitions) if len(options) == 1 else {}


def _kind(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> ColumnKind:
    if schema.get("type") == "array" and _resolved(schema.get("items", {}), definitions).get("type") == "string":
        return ColumnKind.TEXTS
    return _KINDS.get((schema.get("type", ""), schema.get("format")), ColumnKind.NESTED)


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    return definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


_UNSAFE = re.compile(r"[^A-Za-z0-9.]+")


def tagged(request: Request, body: bytes, media_type: str, headers: dict[str, str] | None = None) -> Response:
    """`body` with its entity tag, or 304 if the caller has it."""
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    more = {"ETag": tag, "Cache-Control": _CACHE, "Vary": "Accept, Accept-Encoding, Authorization, Cookie", **(headers or {})}
    caller_tags = {candidate.strip() for candidate in request.headers.get("if-none-match", "").split(",")}
    if tag in caller_tags or "*" in caller_tags:
        return Response(status_code=304, headers=more)
    return Response(body, headers=more, media_type=media_type)
