"""What an OpenAPI schema promises to programs, as lines that can be compared: types, required fields, enums, parameters.

Names of components, titles, words and examples are left out: they change without changing an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_LIMITS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "default")
_REF = "#/components/schemas/"
_NAME = re.compile(r"@(\w+)")


def compact(schema: dict[str, Any]) -> dict[str, Any]:
    """The promise without its words: `routes`, and the `shapes` that they refer to by `@name`."""
    return {
        "routes": {
            f"{method.upper()} {path}": _route(route)
            for path, item in schema["paths"].items()
            for method, route in item.items()
        },
        "shapes": {name: _shape(shape) for name, shape in schema["components"]["schemas"].items()},
    }


def promises(described: dict[str, Any]) -> dict[str, str]:
    """Every promise of a compact description by where it stands, with shapes written out.

    `GET /companies 200 application/json .companies[].cik` is `integer, required`.
    """
    found = dict.fromkeys(described["routes"], "exists")
    for route, parts in described["routes"].items():
        for where, kind in parts.items():
            found.update(_written_out(kind, described["shapes"], f"{route} {where}"))
    return found


def _route(route: dict[str, Any]) -> dict[str, str]:
    parts = {}
    for each in route.get("parameters", []):
        required = ", required" if each.get("required") else ""
        parts[f"{each['in']} {each['name']}"] = _kind(each["schema"]) + required
    for media, content in route.get("requestBody", {}).get("content", {}).items():
        parts[f"body {media}"] = _kind(content["schema"])
    for status, answer in route["responses"].items():
        parts[status] = "answer"
        for media, content in answer.get("content", {}).items():
            parts[f"{status} {media}"] = _kind(content["schema"])
    return parts


def _shape(shape: dict[str, Any]) -> str | dict[str, str]:
    if "properties" not in shape:
        return _kind(shape)
    required = shape.get("required", [])
    fields = {name: _kind(kind) + (", required" if name in required else "") for name, kind in shape["properties"].items()}
    return fields | ({"*": "no other fields"} if shape.get("additionalProperties") is False else {})


def _kind(schema: dict[str, Any]) -> str:
    return _type(schema) + "".join(f" {name}={schema[name]}" for name in _LIMITS if schema.get(name) is not None)


def _type(schema: dict[str, Any]) -> str:
    match schema:
        case {"$ref": name}:
            text = "@" + str(name).removeprefix(_REF)
        case {"anyOf": options}:
            text = " | ".join(map(_kind, options))
        case {"enum": values}:
            text = f"one of {', '.join(sorted(map(str, values)))}"
        case {"const": value}:
            text = f"one of {value}"
        case {"prefixItems": items}:
            text = f"({', '.join(map(_kind, items))})"
        case {"items": item}:
            text = f"[]{_kind(item)}"
        case {"additionalProperties": dict(value)}:
            text = f"{{{_kind(schema.get('propertyNames', {'type': 'string'}))}}}{_kind(value)}"
        case _:
            text = schema.get("type", "anything") + (f"({schema['format']})" if "format" in schema else "")
    return text


def _written_out(kind: str, shapes: dict[str, Any], place: str, above: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The promise at `place`, and those of the fields below it; a shape within itself is not written out again."""
    names = _NAME.findall(kind)
    yield place, _NAME.sub(lambda found: shapes[found[1]] if isinstance(shapes[found[1]], str) else "object", kind)
    deeper = "[]" if "[]" in kind else "{}" if "{" in kind else ""
    for name in names:
        if isinstance(shapes[name], str) or name in above:
            continue
        for field, inner in shapes[name].items():
            # A blank before the first field: `... 200 application/json .cik`, then `... application/json .company.cik`.
            blank = "" if above else " "
            yield from _written_out(inner, shapes, f"{place}{blank}{deeper}.{field}", (*above, name))
