"""The tree of items: headings of the open one, with the notes to the financial statements."""

from __future__ import annotations

import re

from tests.parse.documents import WORDS, heading, page, paragraph
from workbench.domain.filings.filing import Document
from workbench.pages.frame.selection import Selection
from workbench.pages.reader.contents import contents
from workbench.pages.reader.find_panel import Matches
from workbench.pages.reader.opened import Opened
from workbench.parse.html.filing_html import extract
from workbench.parse.items.notes import find_notes
from workbench.parse.items.sections import find_sections

PARTS = [
    heading("Item 8. Financial Statements and Supplementary Data"), heading("Report of the auditors"), paragraph(),
    "<p>NOTES TO CONSOLIDATED FINANCIAL STATEMENTS</p>", "<p>Note 1 – Summary of Accounting Policies</p>", paragraph(),
    heading("Use of estimates"), paragraph(), "<p>Note 2 – Leases of Anvils</p>", paragraph(),
    heading("Item 9. Changes in and Disagreements with Accountants"), paragraph("None."),
]  # fmt: skip


def test_notes_are_in_the_tree_with_what_stands_in_them_below() -> None:
    extracted = extract(page(*PARTS))
    sections = tuple(find_sections(extracted, "10-K"))
    notes = tuple(find_notes(extracted, sections))
    document = Document(1, "filing", "a.htm", None, None, None, "10-K", None, None, None, None, None, None)
    opened = Opened(document, None, (document,), sections, extracted, extracted.text, (), statement_notes=notes)
    html = str(contents(opened, sections[0], Matches(), Selection(document="1")))
    listed = re.findall(r'<li class="level-(\d)"><a [^>]*title="([^"]*)"', html)
    assert listed == [
        ("0", "Report of the auditors"),
        ("0", "Note 1. Summary of Accounting Policies"),
        ("1", "Use of estimates"),
        ("0", "Note 2. Leases of Anvils"),
    ]
    assert WORDS[:20] not in html
