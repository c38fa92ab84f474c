"""The API reference as an HTML page, generated from the OpenAPI description, without scripts or external files."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from markupsafe import Markup

from workbench.analysis.templates import Templates

_STYLE = (files("api") / "reference_page.css").read_text(encoding="utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_METHODS = ("get", "post", "put", "patch", "delete")

TEMPLATES = Templates("api")


def reference_page(schema: dict[str, Any]) -> str:
    """The HTML page: the routes of `schema` by subject, each with its parameters, an example and its errors."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in schema["paths"].items():
        for method in _METHODS:
            if method in item:
                route = item[method]
                groups.setdefault(route.get("tags", ["other"])[0], []).append(_route(method, path, route))
    subjects = [{"name": name, "routes": routes} for name, routes in groups.items()]
    info = {name: schema["info"][name] for name in ("title", "version", "description")}
    return TEMPLATES.render("reference_page.html", style=Markup(_STYLE), info=info, subjects=subjects)  # noqa: S704 (our own)  # nosec B704


def _route(method: str, path: str, route: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": route["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": route.get("summary", ""),
        "description": route.get("description", ""),
        "call": _call(method, path, route),
        "parameters": _parameters(route),
        "responses": [_response(status, response) for status, response in route["responses"].items()],
    }


def _call(method: str, path: str, route: dict[str, Any]) -> dict[str, str]:
    """An example call: a link for GET, a curl command for other methods."""
    filled, query = path, {}
    for parameter in route.get("parameters", []):
        shown = _example_of(parameter)
        if parameter["in"] == "path":
            filled = filled.replace("{" + parameter["name"] + "}", quote(str(shown)))
        elif parameter.get("required"):
            query[parameter["name"]] = shown
    address = filled + (f"?{urlencode(query)}" if query else "")
    if method == "get":
        return {"href": address, "command": ""}
    fields = " ".join(f"-d {name}=..." for name in _form_fields(route))
    return {"href": "", "command": f"curl -X {method.upper()} {address} {fields}"}


def _form_fields(route: dict[str, Any]) -> list[str]:
    content = route.get("requestBody", {}).get("content", {})
    return ["username", "password"] if "application/x-www-form-urlencoded" in content else []


def _parameters(route: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "name": parameter["name"],
            "kind": _kind(parameter["schema"]) + (", required" if parameter.get("required") else ""),
            "description": parameter.get("description", ""),
        }
        for parameter in route.get("parameters", [])
    ]


def _response(status: str, response: dict[str, Any]) -> dict[str, Any]:
    examples = []
    for media_type, content in response.get("content", {}).items():
        example = content.get("example")
        if example is not None:
            text = example if isinstance(example, str) else orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()
            examples.append({"media_type": media_type, "text": text})
    return {
        "status": status,
        "description": response.get("description", ""),
        "is_open": status.startswith("2"),
        "examples": examples,
    }


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(option) for option in schema["anyOf"] if option.get("type") != "null")
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    kind = str(schema.get("type", "text"))
    return f"{kind} of {_kind(schema['items'])}" if kind == "array" else kind


def _example_of(parameter: dict[str, Any]) -> Any:
    schema = parameter["schema"]
    examples = schema.get("examples") or parameter.get("examples") or schema.get("enum")
    return next(iter(examples)) if examples else schema.get("default", "...")
