"""The page of a report: its contents, and the running title and numbers of its sheets on paper."""

from __future__ import annotations

import io

import nbformat
import pypdfium2
import pytest

from tests.browser import find_chromium
from workbench.reports.html import css_string, to_html, with_contents
from workbench.reports.pdf import to_pdf


def notebook(*sections: str) -> nbformat.NotebookNode:
    cells = [
        nbformat.v4.new_code_cell(
            outputs=[nbformat.v4.new_output("display_data", {"text/html": f"<h2>{title}</h2><p>Words on {title}.</p>"})]
        )
        for title in sections
    ]
    return nbformat.v4.new_notebook(cells=cells)


def test_a_long_report_lists_its_sections_once_each() -> None:
    page = to_html(notebook("Growth", "Margins &amp; returns", "Checks"), "Company review", "{}")
    assert page.count('class="contents"') == 1
    assert page.index('class="contents"') < page.index("Words on Growth")
    assert '<a href="#section-2">Margins &amp; returns</a>' in page
    assert '<h2 id="section-3">Checks</h2>' in page


def test_what_connects_to_a_running_interpreter_is_no_part_of_a_page() -> None:
    live = '<div data-root-id="1"></div><script>{"name": "panel.models.comm_manager.CommManager"}</script>'
    outputs = [nbformat.v4.new_output("display_data", {"text/html": html}) for html in (live, "<p>Figures</p>")]
    page = to_html(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=outputs)]), "Review", "{}")
    assert "Figures" in page
    assert "CommManager" not in page


def test_a_short_report_has_no_contents() -> None:
    assert with_contents("<h2>One</h2><h2>Two</h2>") == "<h2>One</h2><h2>Two</h2>"


@pytest.mark.parametrize(
    ("title", "written"),
    [('A "B"', '"A \\"B\\""'), ("x</style><script>", '"x\\3c /style>\\3c script>"'), ("two\nlines", '"two lines"')],
)
def test_a_title_cannot_leave_its_string(title: str, written: str) -> None:
    assert css_string(title) == written


@pytest.mark.browser
def test_sheets_are_numbered_and_titled_from_the_second_on() -> None:
    if find_chromium() is None:
        pytest.skip("no Chromium on this machine")
    page = to_html(
        notebook("Growth", '<span style="display: block; height: 1200px"></span>', "Checks"),
        "Review of Acme",
        '{"as_of": "2024-12-31"}',
    )
    document = pypdfium2.PdfDocument(io.BytesIO(to_pdf(page)))
    sheets = [sheet.get_textpage().get_text_range() for sheet in document]
    document.close()
    assert len(sheets) > 1
    assert all(f"{number} / {len(sheets)}" in sheet for number, sheet in enumerate(sheets, start=1))
    assert ["Review of Acme" in sheet for sheet in sheets] == [False, *[True] * (len(sheets) - 1)]
    assert '"as_of": "2024-12-31"' in sheets[-1]  # who reads on paper cannot open the manifest
