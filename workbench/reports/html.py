"""An executed notebook as one HTML file that asks nobody for anything."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files

import nbformat
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config


def to_html(notebook: nbformat.NotebookNode, title: str, manifest: str) -> str:
    """A page of the notebook's prose and outputs, without its code, with the manifest inside and at its end."""
    exporter = HTMLExporter(template_name="basic", config=_config())  # type: ignore[no-untyped-call]
    body, _ = exporter.from_notebook_node(_readable(notebook))
    # A script element ends at the first `</`, wherever it stands.
    embedded = manifest.replace("</", "<\\/")
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_style()}</style>'
        f'<script type="application/json" id="workbench-manifest">{embedded}</script></head>\n'
        f"<body><main>{body}<details class='manifest'><summary>How this report was made</summary>"
        f"<pre>{escape(manifest)}</pre></details></main></body></html>\n"
    )


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
    """Without what a run writes to standard error, and without the marks that papermill adds."""
    readable: nbformat.NotebookNode = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    for cell in readable.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return readable


@cache
def _style() -> str:
    return (files("workbench.reports") / "report.css").read_text(encoding="utf-8")
