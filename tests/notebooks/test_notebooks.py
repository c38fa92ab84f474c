"""Every notebook runs, says what it should, asks nobody, and repeats."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.loaded import for_other_processes
from workbench.reports.notebooks import NOTEBOOKS, load_notebook
from workbench.reports.run import prepare, run_report
from workbench.runtime import Workbench

ALL = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_notebook_stores_no_output_and_speaks_no_sql(path: Path) -> None:
    content = load_notebook(path).content
    for cell in content["cells"]:
        assert not cell.get("outputs")
        assert not re.search(r"\bselect\b.+\bfrom\b", "".join(cell["source"]), re.IGNORECASE | re.DOTALL)


def test_the_company_review_shows_the_figures_of_its_day_and_repeats(loaded: Workbench, tmp_path: Path) -> None:
    workbench = for_other_processes(loaded)
    asked = ["ticker=AAPL", "as_of=2024-12-31", "periods=3"]
    report = run_report(workbench, prepare("company_review", asked, tmp_path / "first.html"))
    html = report.html.read_text()
    assert "391,035" in html
    assert "0000320193-24-000123" in html
    assert "Bokeh" in html
    assert not re.search(r"(?:src|href)=[\"']https?:|https://cdn\.", html)
    manifest = json.loads(report.manifest_file.read_text())
    assert manifest["parameters"] == {"ticker": "AAPL", "as_of": "2024-12-31", "periods": 3}
    assert manifest["data"]["latest_filed_on"] <= "2024-12-31"
    embedded = re.search(r'<script type="application/json" id="workbench-manifest">(.*?)</script>', html, re.DOTALL)
    assert embedded
    assert json.loads(embedded[1]) == manifest
    again = run_report(workbench, prepare("company_review", asked, tmp_path / "second.html"))
    assert again.manifest.figures_sha256 == report.manifest.figures_sha256
