"""Several notebooks as one, so that a single interpreter runs them all: starting one takes longer than most cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Any

from workbench.reports.notebooks import NOTEBOOKS, Notebook, find_notebook, load_notebook, parse_parameters
from workbench.reports.run import make_report
from workbench.runtime import Workbench


def made_together(workbench: Workbench, orders: Sequence[tuple[str, Sequence[str]]]) -> tuple[dict[str, str], list[str]]:
    """Runs the notebooks with their parameters one after the other; the page of each by name, and the figures' measures."""
    cells: list[dict[str, Any]] = []
    for name, assignments in orders:
        notebook = load_notebook(find_notebook(name))
        values = parse_parameters(notebook, assignments)
        cells.append(
            {"cell_type": "markdown", "id": f"{name}-start", "metadata": {}, "source": f"notebook-starts-here {name}"}
        )
        for cell in notebook.content["cells"]:
            is_about_parameters = "parameters" in cell["metadata"].get("tags", ())
            text = "\n".join(f"{key} = {value!r}" for key, value in values.items()) if is_about_parameters else cell["source"]
            tags = [tag for tag in cell["metadata"].get("tags", ()) if tag != "parameters"]
            cells.append({**cell, "id": f"{name}-{len(cells)}", "metadata": {"tags": tags}, "source": text})
    content = {**load_notebook(find_notebook(orders[0][0])).content, "cells": cells}
    made = make_report(workbench, Notebook(NOTEBOOKS / "together.ipynb", content, {}), {})
    assert not re.search(r"(?:src|href)=[\"']https?:|https://cdn\.", made.html)
    parts = re.split(r"notebook-starts-here (\w+)", made.html)[1:]
    pages = dict(zip(parts[::2], map(_text, parts[1::2]), strict=True))
    return pages, [figure.measure for figure in made.figures]


def _text(html: str) -> str:
    """The words that a reader sees, charts left out."""
    without = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", without)))
