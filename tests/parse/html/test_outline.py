"""The headings within an item: notes above what stands below them, and nothing that is only bold."""

from __future__ import annotations

from tests.parse.documents import heading, page, paragraph
from workbench.parse.html.filing_html import extract
from workbench.parse.html.outline import outline

NOTES = page(
    heading("Item 8. Financial Statements and Supplementary Data"),
    heading("CONSOLIDATED BALANCE SHEETS"),
    heading("NOTES TO CONSOLIDATED FINANCIAL STATEMENTS"),
    heading("Note 1 – Summary of Significant Accounting Policies"),
    paragraph(), heading("Basis of Presentation"), paragraph(),
    heading("Notes to Consolidated Financial Statements (Continued)"),
    heading("2. Acquisitions"),
    paragraph(), heading("Purchase Price"), paragraph("<b>Bold words</b> begin a sentence that is text."),
    heading("$ 1,234"), heading("—"),
    heading("Item 9. Changes in and Disagreements with Accountants"), paragraph("None."),
)  # fmt: skip


def test_notes_and_the_headings_below_them() -> None:
    document = extract(NOTES)
    start, end = document.text.index("Item 8"), document.text.index("Item 9")
    headings = outline(document, start, end)
    assert [(each.level, each.title) for each in headings] == [
        (0, "CONSOLIDATED BALANCE SHEETS"),
        (0, "NOTES TO CONSOLIDATED FINANCIAL STATEMENTS"),
        (0, "Note 1 – Summary of Significant Accounting Policies"),
        (1, "Basis of Presentation"),
        (0, "2. Acquisitions"),
        (1, "Purchase Price"),
    ]
    for each in headings:
        assert document.text[each.start : each.end] == each.title


def test_numbered_headings_outside_of_notes_are_headings_like_others() -> None:
    document = extract(page(heading("1. Our Strategy"), paragraph(), heading("Pricing"), paragraph()))
    assert [each.level for each in outline(document, 0, len(document.text))] == [0, 0]
    assert outline(document, 0, 0) == []
