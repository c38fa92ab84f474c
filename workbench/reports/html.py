"""An executed notebook as one HTML file that asks nobody for anything."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from importlib.resources import files

import jinja2
import nbformat
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from workbench.reports.tables import TEMPLATES

# The heading of a section, as `tables.section` writes it.
_SECTION = re.compile(r"<h2>([^<]*)</h2>")
FEWEST_LISTED = 3
# The model with which Panel talks to a running interpreter.
_LIVE = "panel.models.comm_manager.CommManager"

# The template of nbconvert hands scripts a jQuery element, which would have to be fetched; a plain one does.
_TEMPLATE = "report.html.j2"
_LOADERS = [
    jinja2.DictLoader(
        {
            _TEMPLATE: """{%- extends 'basic/index.html.j2' -%}
{%- block data_javascript scoped -%}
{%- set name = uuid4() -%}
<div id="{{ name }}"></div>
<script>(function(element) {
{{ output.data['application/javascript'] }}
})(document.getElementById("{{ name }}"));</script>
{%- endblock -%}"""
        }
    )
]

# Charts name files of Panel by address, also when all scripts are inline. They lie in the installed package.
_PANEL_FILE = re.compile(r"https://cdn\.holoviz\.org/panel/[^/\"']+/dist/([^\"'?]+\.(?:css|js))(?:\?v=[\w.]+)?")
# What is left are addresses that BokehJS would ask for typeset formulas and maps, which no report has.
_CDN = re.compile(r"https://cdn\.(?:jsdelivr\.net|holoviz\.org|bokeh\.org|pydata\.org)")


def _embedded(address: re.Match[str]) -> str:
    file = files("panel") / "dist" / address[1]
    kind = "text/css" if address[1].endswith("css") else "text/javascript"
    return f"data:{kind};base64," + base64.b64encode(file.read_bytes() if file.is_file() else b"").decode()


def to_html(notebook: nbformat.NotebookNode, title: str, manifest: str) -> str:
    """A page of the notebook's prose and outputs, without its code, with the manifest inside and at its end."""
    exporter = HTMLExporter(template_file=_TEMPLATE, extra_loaders=_LOADERS, config=_config())  # type: ignore[no-untyped-call]
    body, _ = exporter.from_notebook_node(_readable(notebook))
    body = with_contents(_CDN.sub("", _PANEL_FILE.sub(_embedded, body)))
    # A script element ends at the first `</`, wherever it stands.
    embedded = manifest.replace("</", "<\\/")
    return TEMPLATES.render(
        "report.html",
        title=title, manifest=manifest,
        running_title=Markup(css_string(title)),  # noqa: S704 (a string that cannot end its element)  # nosec B704
        body=Markup(body),  # noqa: S704 (made by the notebook's own code and by nbconvert)  # nosec B704
        style=Markup(_style()),  # noqa: S704 (the package's own file)  # nosec B704
        embedded_manifest=Markup(embedded),  # noqa: S704 (JSON that cannot end its element)  # nosec B704
    )  # fmt: skip


def with_contents(body: str) -> str:
    """The page with a list of its sections before the first; a page of fewer than `FEWEST_LISTED` sections as it is."""
    titles = _SECTION.findall(body)
    if len(titles) < FEWEST_LISTED:
        return body
    shown = [Markup(title) for title in titles]  # noqa: S704 (markup of the page itself)  # nosec B704
    headings = iter([_contents("heading", number, title) for number, title in enumerate(shown, start=1)])
    first = _SECTION.search(body)
    start = first.start() if first else 0
    return body[:start] + _contents("list", shown) + _SECTION.sub(lambda _: next(headings), body[start:])


def _contents(macro: str, *values: object) -> str:
    return str(TEMPLATES.fragment("contents.html", macro, *values)).strip()


def css_string(text: str) -> str:
    """The text as a string of a style sheet inside an HTML page.

    >>> css_string('A "B" </style>')
    '"A \\\\"B\\\\" \\\\3c /style>"'
    """
    return json.dumps(" ".join(text.split()), ensure_ascii=False).replace("<", "\\3c ")


def _config() -> Config:
    config = Config()
    config.HTMLExporter.exclude_input = True
    config.HTMLExporter.exclude_input_prompt = True
    config.HTMLExporter.exclude_output_prompt = True
    config.HTMLExporter.sanitize_html = False
    # These would be fetched from a content network.
    for name in (
        "require_js_url",
        "jquery_url",
        "jupyter_widgets_base_url",
        "widget_renderer_url",
        "mathjax_url",
        "mermaid_js_url",
    ):
        config.HTMLExporter[name] = ""
    return config


def _readable(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Without what a run writes to standard error, outputs that have nothing to show, and cells on the notebook itself.

    Those are tagged `about`: they explain how to run the notebook. What connects widgets to a running interpreter has nothing
    to show and takes up space all the same.
    """
    readable: nbformat.NotebookNode = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    readable.cells = [cell for cell in readable.cells if "about" not in cell.metadata.get("tags", ())]
    for cell in readable.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr" and _is_shown(output)]
    return readable


def _is_shown(output: nbformat.NotebookNode) -> bool:
    data = output.get("data")
    return data != {} and not (data and _LIVE in "".join(data.get("text/html", "")))


@cache
def _style() -> str:
    return (files("workbench.reports") / "report.css").read_text(encoding="utf-8")
