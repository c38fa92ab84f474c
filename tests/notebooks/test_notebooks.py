"""Every notebook runs, says what it should, asks nobody, and repeats."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from workbench.reports.notebooks import NOTEBOOKS, find_notebook, load_notebook, parse_parameters
from workbench.reports.run import ReportResult, make_report
from workbench.runtime import Workbench

ALL = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_notebook_stores_no_output_and_speaks_no_sql(path: Path) -> None:
    content = load_notebook(path).content
    for cell in content["cells"]:
        assert not cell.get("outputs")
        assert not re.search(r"\bselect\b.+\bfrom\b", "".join(cell["source"]), re.IGNORECASE | re.DOTALL)


def made(workbench: Workbench, name: str, *assignments: str) -> ReportResult:
    notebook = load_notebook(find_notebook(name))
    return make_report(workbench, notebook, parse_parameters(notebook, assignments))


def test_the_company_review_shows_the_figures_of_its_day(loaded: Workbench) -> None:
    report = made(loaded, "company_review", "ticker=AAPL", "as_of=2024-12-31", "periods=3")
    assert "391,035" in report.html
    assert "0000320193-24-000123" in report.html
    assert "Bokeh" in report.html
    assert not re.search(r"(?:src|href)=[\"']https?:|https://cdn\.", report.html)
    assert report.manifest.parameters == {"ticker": "AAPL", "as_of": "2024-12-31", "periods": 3}
    assert report.manifest.data.latest_filed_on is not None
    assert report.manifest.data.latest_filed_on <= date(2024, 12, 31)
    embedded = re.search(r'<script type="application/json" id="workbench-manifest">(.*?)</script>', report.html, re.DOTALL)
    assert embedded
    assert json.loads(embedded[1]) == report.manifest.as_document()
    revenue = {figure.period: figure.figure for figure in report.figures if figure.measure == "revenue"}
    assert revenue["FY 2024"].value == Decimal(391035000000)
    assert [fact.accession for fact in revenue["FY 2024"].facts] == ["0000320193-24-000123"]
