"""The API's reference for people, written from its own OpenAPI description: no script, nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

import orjson

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5c6675; --line: #d5dae1; --paper: #fff; --ground: #f4f6f8;
  --accent: #1f5fa8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf1; --quiet: #9aa5b4; --line: #39424f; --paper: #1b212a; --ground: #12161c; --accent: #6ea8e8; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
h2 { font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--quiet); margin: 2.25rem 0 .5rem; }
p { margin: .25rem 0 .75rem; }
a { color: var(--accent); }
article { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; }
article > details > summary { padding: .65rem 1rem; cursor: pointer; display: flex; gap: .75rem; flex-wrap: wrap; }
article > details > div { padding: 0 1rem 1rem; }
.method { font: 600 .8rem/1.9 ui-monospace, Menlo, Consolas, monospace; color: var(--accent); min-width: 3rem; }
code, pre { font: .85rem/1.5 ui-monospace, Menlo, Consolas, "Liberation Mono", monospace; }
.says { color: var(--quiet); }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow: auto;
  margin: .25rem 0 1rem; max-height: 26rem; }
table { border-collapse: collapse; width: 100%; margin: .25rem 0 1rem; }
td, th { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line); }
th { font-weight: 600; font-size: .85rem; }
.scroll { overflow-x: auto; }
"""

_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_METHODS = ("get", "post", "put", "patch", "delete")


def reference_page(schema: dict[str, Any]) -> str:
    """The whole page: the routes of `schema` by subject, each with its parameters, an example and its errors."""
    groups: dict[str, list[str]] = {}
    for path, item in schema["paths"].items():
        for method in _METHODS:
            if method in item:
                route = item[method]
                groups.setdefault(route.get("tags", ["other"])[0], []).append(_route(method, path, route))
    title = escape(schema["info"]["title"])
    parts = [f"<h2>{escape(tag)}</h2>{''.join(routes)}" for tag, routes in groups.items()]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>API of the {title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body><main>'
        f"<h1>{title}: API {escape(schema['info']['version'])}</h1><p>{_text(schema['info']['description'])}</p>"
        '<p><a href="/api/v1/openapi.json">The same as OpenAPI</a> for programs and client generators.</p>'
        f"{''.join(parts)}</main></body></html>"
    )


def _route(method: str, path: str, route: dict[str, Any]) -> str:
    body = [
        f"<p>{_text(route.get('description', ''))}</p>",
        _call(method, path, route),
        _parameters(route),
        *(_answer(status, answer) for status, answer in route["responses"].items()),
    ]
    return (
        f'<article id="{escape(route["operationId"])}"><details><summary><span class="method">{method.upper()}</span>'
        f'<code>{escape(path)}</code><span class="says">{escape(route.get("summary", ""))}</span></summary>'
        f"<div>{''.join(body)}</div></details></article>"
    )


def _call(method: str, path: str, route: dict[str, Any]) -> str:
    """The call with the examples of its parameters; one that only reads is a link."""
    filled, query = path, {}
    for parameter in route.get("parameters", []):
        shown = _example_of(parameter)
        if parameter["in"] == "path":
            filled = filled.replace("{" + parameter["name"] + "}", quote(str(shown)))
        elif parameter.get("required"):
            query[parameter["name"]] = shown
    address = filled + (f"?{urlencode(query)}" if query else "")
    if method == "get":
        return f'<p>Try: <a href="{escape(address)}"><code>{escape(address)}</code></a></p>'
    fields = " ".join(f"-d {name}=..." for name in _form_fields(route))
    return f"<pre>curl -X {method.upper()} {escape(address)} {escape(fields)}</pre>"


def _form_fields(route: dict[str, Any]) -> list[str]:
    content = route.get("requestBody", {}).get("content", {})
    return ["username", "password"] if "application/x-www-form-urlencoded" in content else []


def _parameters(route: dict[str, Any]) -> str:
    rows = [
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{escape(_kind(parameter['schema']))}"
        f"{', required' if parameter.get('required') else ''}</td><td>{_text(parameter.get('description', ''))}</td></tr>"
        for parameter in route.get("parameters", [])
    ]
    if not rows:
        return ""
    return f'<div class="scroll"><table><tr><th>Parameter</th><th>Type</th><th></th></tr>{"".join(rows)}</table></div>'


def _answer(status: str, answer: dict[str, Any]) -> str:
    shown = []
    for media_type, content in answer.get("content", {}).items():
        example = content.get("example")
        if example is not None:
            text = example if isinstance(example, str) else orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()
            shown.append(f"<p><code>{escape(media_type)}</code></p><pre>{escape(text)}</pre>")
    title = f"<b>{escape(status)}</b> {escape(answer.get('description', ''))}"
    if not shown:
        return f"<p>{title}</p>"
    return f"<details{' open' if status.startswith('2') else ''}><summary>{title}</summary>{''.join(shown)}</details>"


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


def _text(text: str) -> str:
    """Escaped, with `code` marked."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
