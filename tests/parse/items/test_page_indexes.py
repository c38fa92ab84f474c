"""Annual reports that name their items only in an index of pages, as General Electric's and Intel's do."""

from __future__ import annotations

from tests.parse.documents import WORDS, contents_table, heading, page, paragraph
from tests.parse.items.test_sections import found, text_of


def _paged(*texts: str) -> str:
    """A document whose pages, from 4 on, have these headings and the words under them."""
    return "".join(
        f"{heading(title)}{paragraph(title + '. ' + WORDS)}<p>{number}</p><hr style='page-break-after:always'>"
        for number, title in enumerate(texts, 4)
    )


def test_an_index_of_ranges_of_pages_whose_other_entries_say_something_else() -> None:
    index = contents_table(
        ("Item 1.", "Business", "4, 6-7"), ("Item 1A.", "Risk Factors", "8-9"),
        ("Item 1B.", "Unresolved Staff Comments", "None"),
        ("Item 3.", "Legal Proceedings", "9"), ("Item 4.", "Mine Safety Disclosures", "Not applicable"),
        ("Item 6.", "[Reserved]", ""), ("Item 7.", "Management’s Discussion and Analysis", "5-7"),
        ("Item 8.", "Financial Statements", "10"), ("Item 9.", "Changes in and Disagreements", "Not applicable"),
        ("Item 11.", "Executive Compensation", "(a)"), ("Item 12.", "Security Ownership", "(b)"),
        ("Item 16.", "Form 10-K Summary", "Not applicable"),
    )  # fmt: skip
    body = _paged(
        "Who we are", "How we did", "What we do", "Where we do it", "Risk Factors", "Legal Proceedings", "Statements", "End"
    )
    note = paragraph("(a) Incorporated by reference to the proxy statement. (b) Incorporated by reference, too.")
    document, sections = found(page(body, heading("Cross Reference Index"), index, note), "10-K")
    assert text_of(document, sections["I.1"]).startswith("What we do")
    assert "Where we do it" in text_of(document, sections["I.1"])
    assert "Risk Factors" not in text_of(document, sections["I.1"])
    # Two items may name the same pages; on the last of its own, an item ends where the next begins.
    assert text_of(document, sections["II.7"]).startswith("How we did")
    assert text_of(document, sections["II.7"]).rstrip().endswith(WORDS.split()[-1])
    assert "What we do" in text_of(document, sections["II.7"])
    assert text_of(document, sections["I.1A"]).startswith("Risk Factors")
    assert "Legal Proceedings" not in text_of(document, sections["I.1A"])
    assert text_of(document, sections["I.3"]).startswith("Legal Proceedings")
    assert "End" not in text_of(document, sections["II.8"])
    assert {name: sections[name].status for name in ("I.1B", "II.6", "III.11", "IV.16")} == {
        "I.1B": "omitted", "II.6": "reserved", "III.11": "incorporated_by_reference", "IV.16": "omitted",
    }  # fmt: skip


def test_entries_of_an_index_with_pages_in_rows_below() -> None:
    index = contents_table(
        ("Item 1.", "Business:", ""), ("", "General development", "Pages 4"), ("", "Description", "Pages 5-6"),
        ("Item 1A.", "Risk Factors", "Pages 7"), ("Item 2.", "Properties", "Page 8"),
        ("Item 3.", "Legal Proceedings", "Page 9"), ("Item 6.", "[Reserved]", ""),
    )  # fmt: skip
    document, sections = found(
        page(_paged("A", "B", "C", "D", "E", "F", "G"), heading("Cross-Reference Index"), index), "10-K"
    )
    assert text_of(document, sections["I.1"]).startswith("A")
    assert "C. " in text_of(document, sections["I.1"])
    assert "D. " not in text_of(document, sections["I.1"])


def test_short_items_in_a_row_are_no_index() -> None:
    names = ["Item 3. Defaults Upon Senior Securities", "Item 4. Mine Safety Disclosures", "Item 5. Other Information"]
    _, sections = found(
        page(heading("PART II"), heading("Item 1. Legal Proceedings"), paragraph("None."),
             *(part for name in names for part in (heading(name), paragraph("Not applicable.")))), "10-Q",
    )  # fmt: skip
    assert list(sections) == ["II.1", "II.3", "II.4", "II.5"]
