"""Items are found in every shape a filing states them, and what is not an item is not taken for one."""

from __future__ import annotations

import pytest

from tests.conftest import MIRROR
from tests.parse.documents import PLAIN_10K, WORDS, contents_table, heading, page, paragraph
from workbench.domain.filings.filing import Section
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.filing_html import extract
from workbench.parse.items.form_items import readable_title
from workbench.parse.items.sections import find_sections


def found(content: bytes | str, form: str) -> tuple[ExtractedText, dict[str, Section]]:
    document = extract(content.encode() if isinstance(content, str) else content)
    sections = find_sections(document, form)
    assert [(one.start, one.end) for one in sections] == sorted((one.start, one.end) for one in sections)
    return document, {f"{one.part}.{one.item}" if one.part else one.item: one for one in sections}


def text_of(document: ExtractedText, section: Section) -> str:
    return document.text[section.start : section.end]


def test_plain_text_of_1996() -> None:
    document, sections = found(PLAIN_10K, "10-K405")
    assert list(sections) == ["I.1", "I.2", "I.3", "I.4", "II.5", "II.7", "II.8", "III.10", "IV.14"]
    assert text_of(document, sections["I.1"]).startswith("ITEM 1.   BUSINESS")
    assert "Item 3 of this report" in text_of(document, sections["I.1"])
    assert text_of(document, sections["I.2"]) == "ITEM 2.   PROPERTIES\n\nThe company owns a shed."
    assert sections["II.7"].status == "incorporated_by_reference"
    assert sections["III.10"].status == "omitted"
    assert sections["IV.14"].status == "present"
    assert "SIGNATURES" not in text_of(document, sections["IV.14"])
    assert "Net sales                       $  1,234    $    987" in text_of(document, sections["II.8"])


def test_contents_without_links_or_page_numbers_are_not_the_items() -> None:
    entries = ["Item 1. Business", "Item 1A. Risk Factors", "Item 2. Properties", "Item 3. Legal Proceedings"]
    document, sections = found(
        page(*(paragraph(entry) for entry in entries), *(part for entry in entries for part in (heading(entry), paragraph()))),
        "10-K",
    )
    assert list(sections) == ["I.1", "I.1A", "I.2", "I.3"]
    assert all(len(text_of(document, one)) > 500 for one in sections.values())


def test_a_10q_repeats_its_numbers_in_two_parts() -> None:
    bodies = [
        heading("PART I. FINANCIAL INFORMATION"), heading("Item 1. Financial Statements"), paragraph(),
        heading("Item 2. Management's Discussion and Analysis"), paragraph(), heading("Item 4. Controls and Procedures"),
        paragraph(), heading("PART II. OTHER INFORMATION"), heading("Item 1. Legal Proceedings"), paragraph("None."),
        heading("Item 1A. Risk Factors"), paragraph(), heading("Item 2. Changes in Securities"), paragraph("None."),
        heading("Item 6. Exhibits"), paragraph("(31) Certification"), heading("SIGNATURES"),
        paragraph("Pursuant to the requirements of the Act"),
    ]  # fmt: skip
    document, sections = found(page(*bodies), "10-Q")
    assert list(sections) == ["I.1", "I.2", "I.4", "II.1", "II.1A", "II.2", "II.6"]
    assert text_of(document, sections["II.6"]) == "Item 6. Exhibits\n\n(31) Certification"


def test_parts_are_told_by_titles_where_no_part_is_named() -> None:
    _, sections = found(
        page(
            heading("Item 1. Financial Statements"), paragraph(), heading("Item 2. Management’s Discussion and Analysis"),
            paragraph(), heading("Item 1. Legal Proceedings"), paragraph(), heading("Item 6. Exhibits"), paragraph(),
        ),
        "10-Q",
    )  # fmt: skip
    assert list(sections) == ["I.1", "I.2", "II.1", "II.6"]


def test_combined_items_share_their_span() -> None:
    document, sections = found(
        page(
            heading("Items 1 and 2. Business and Properties"), paragraph(), heading("Item 3. Legal Proceedings"), paragraph()
        ),
        "10-K",
    )
    assert list(sections) == ["I.1", "I.2", "I.3"]
    assert (sections["I.1"].start, sections["I.1"].end) == (sections["I.2"].start, sections["I.2"].end)
    assert text_of(document, sections["I.2"]).startswith("Items 1 and 2. Business and Properties")


def test_a_heading_split_over_cells_and_spans() -> None:
    _, sections = found(
        page(
            "<table><tr><td><b>Item</b> <b>1</b><b>.</b></td><td></td><td><b>Busi</b><b>ness</b></td></tr></table>",
            paragraph(),
            "<p><b>I</b><b>TEM 1A</b><b>.</b></p><p><b>RISK FACTORS</b></p>", paragraph(),
            "<p><b>Item&nbsp;7.<br>Management&#146;s Discussion and Analysis</b></p>", paragraph(),
        ),
        "10-K",
    )  # fmt: skip
    assert list(sections) == ["I.1", "I.1A", "II.7"]
    assert sections["I.1"].title == "Business"
    assert sections["I.1A"].title == "RISK FACTORS"
    assert sections["II.7"].title == "Management’s Discussion and Analysis"


def test_references_in_prose_are_not_headings() -> None:
    _, sections = found(
        page(
            heading("Item 1. Business"), paragraph(), paragraph("Item 7 of this report discusses liquidity. " + WORDS),
            paragraph("Item 1A, “Risk Factors,” describes what may go wrong."), paragraph(),
            heading("Item 1A. Risk Factors"), paragraph(), heading("Item 7. Management's Discussion and Analysis"),
            paragraph(), heading("Item 7. Management's Discussion and Analysis (continued)"), paragraph(),
        ),
        "10-K",
    )  # fmt: skip
    assert list(sections) == ["I.1", "I.1A", "II.7"]
    assert sections["II.7"].end - sections["II.7"].start > 2 * len(WORDS)


def test_items_out_of_the_forms_order_are_kept() -> None:
    _, sections = found(
        page(
            heading("Item 1. Business"), paragraph(), heading("Item 7. Management's Discussion and Analysis"), paragraph(),
            heading("Item 1A. Risk Factors"), paragraph(), heading("Item 8. Financial Statements"), paragraph(),
        ),
        "10-K",
    )  # fmt: skip
    assert list(sections) == ["I.1", "II.7", "I.1A", "II.8"]


INDEX = contents_table(
    ("Item 1", "Business", "2"), ("Item 1A", "Risk Factors", "3"), ("Item 1B", "Unresolved Staff Comments", "None"),
    ("Item 7", "Management’s Discussion and Analysis", "1"), ("Item 10", "Directors", "(a)"),
)  # fmt: skip


def test_a_cross_reference_index_by_page_numbers() -> None:
    pages = ["Our results", "What we do", "What may go wrong"]
    body = "".join(
        f"{heading(title)}{paragraph(title + '. ' + WORDS)}<p>{number}</p><hr style='page-break-after:always'>"
        for number, title in enumerate(pages, 1)
    )
    note = paragraph("(a) Incorporated by reference to the proxy statement.")
    document, sections = found(page(body, heading("Cross-Reference Index"), INDEX, note), "10-K")
    assert text_of(document, sections["I.1"]).startswith("What we do")
    assert text_of(document, sections["I.1A"]).startswith("What may go wrong")
    assert text_of(document, sections["II.7"]).startswith("Our results")
    assert sections["I.1B"].status == "omitted"
    assert sections["III.10"].status == "incorporated_by_reference"
    assert "Cross-Reference" not in text_of(document, sections["I.1"])


def test_20f() -> None:
    names = [
        "Item 1. Identity of Directors, Senior Management and Advisers", "Item 3. Key Information",
        "Item 4. Information on the Company", "Item 4A. Unresolved Staff Comments",
        "Item 5. Operating and Financial Review and Prospects", "Item 15. Controls and Procedures",
        "Item 16A. Audit Committee Financial Expert", "Item 16K. Cybersecurity", "Item 18. Financial Statements",
        "Item 19. Exhibits",
    ]  # fmt: skip
    _, sections = found(page(*(part for name in names for part in (heading(name), paragraph()))), "20-F/A")
    assert [one.item for one in sections.values()] == ["1", "3", "4", "4A", "5", "15", "16A", "16K", "18", "19"]
    assert sections["III.18"].part == "III"


def test_8k_of_both_numberings() -> None:
    document, sections = found(
        page(
            heading("Item 2.02. Results of Operations and Financial Condition."), paragraph("We earned more."),
            heading("Item 7.01 Regulation FD Disclosure"),
            paragraph("The information in Item 2.02 is incorporated by reference."),
            heading("Item 9.01 Financial Statements and Exhibits."), paragraph("(d) Exhibits"),
            heading("SIGNATURE"), paragraph("Pursuant to the requirements"),
        ),
        "8-K",
    )  # fmt: skip
    assert list(sections) == ["2.02", "7.01", "9.01"]
    assert sections["7.01"].status == "incorporated_by_reference"
    assert text_of(document, sections["9.01"]).endswith("(d) Exhibits")
    _, old = found(
        "<TEXT>\nItem 5.  Other Events\n\nWe moved.\n\nItem 7.  Financial Statements and Exhibits\n\nNone.\n", "8-K"
    )
    assert list(old) == ["5", "7"]


def test_forms_without_items_and_documents_without_headings_have_no_sections() -> None:
    assert found(page(heading("Item 1. Business"), paragraph()), "4")[1] == {}
    assert found(page(paragraph()), "10-K")[1] == {}


def test_reserved() -> None:
    _, sections = found(
        page(heading("Item 5. Market for Registrant's Common Equity"), paragraph(), heading("Item 6. [Reserved]"),
             heading("Item 7. Management's Discussion and Analysis"), paragraph()), "10-K",
    )  # fmt: skip
    assert sections["II.6"].status == "reserved"


def test_many_lines_that_look_like_items_take_linear_time() -> None:
    _, sections = found(page(*("<p>Item 1. Business</p>" for _ in range(20_000))), "10-K")
    assert list(sections) == ["I.1"]


@pytest.mark.mirror
def test_an_annual_report_with_inline_xbrl() -> None:
    path = MIRROR / "Archives/edgar/data/320193/000032019324000123/aapl-20240928.htm"
    document, sections = found(path.read_bytes(), "10-K")
    risk = text_of(document, sections["I.1A"])
    assert risk.startswith("Item 1A. Risk Factors\n\n")
    assert 9_800 < len(risk.split()) < 10_000
    assert len(sections) == 23
    assert sections["III.11"].status == "incorporated_by_reference"
    assert "Total net sales\t391,035\t383,285\t394,328" in text_of(document, sections["II.8"])


@pytest.mark.mirror
def test_a_plain_text_quarterly_report() -> None:
    path = MIRROR / "Archives/edgar/data/320193/000091205700023442/0000912057-00-023442.txt"
    _, sections = found(path.read_bytes(), "10-Q")
    assert list(sections) == ["I.1", "I.2", "I.3", "II.1", "II.4", "II.6"]


@pytest.mark.parametrize(
    ("printed", "form", "item"),
    [
        ("Item 9A(T). Controls and Procedures", "10-K", "II.9A"),
        ("ITEM 7A — QUANTITATIVE AND QUALITATIVE DISCLOSURES ABOUT MARKET RISK", "10-K", "II.7A"),
        ("Part II, Item 7. Management’s Discussion and Analysis", "10-K", "II.7"),
        ("Item 1. - Business", "10-K", "I.1"),
        ("ITEM 1BUSINESS", "10-K", "I.1"),
        ("Item No. 5. Market for Registrant’s Common Equity", "10-K", "II.5"),
        ("Item 16.F. Change in Registrant’s Certifying Accountant", "20-F", "II.16F"),
        ("Item 5.02(b) Departure of Directors", "8-K", "5.02"),
        ("Item 14. Exhibits, Financial Statement Schedules and Reports on Form 8-K", "10-K405/A", "IV.14"),
        ("Item 14. Principal Accountant Fees and Services", "10-K", "III.14"),
    ],
)
def test_ways_to_print_a_heading(printed: str, form: str, item: str) -> None:
    assert list(found(page(heading(printed), paragraph()), form)[1]) == [item]


def test_text_that_runs_on_after_the_title_is_not_the_title() -> None:
    _, sections = found(
        page(
            paragraph("<b>Item 3. Legal Proceedings.</b> We are party to a suit over a dropped anvil. " + WORDS),
            paragraph("<b>Item 4. Submission of Matters to a Vote of Security Holders.</b> None."),
            paragraph("<b>Item 10. Directors.</b> The information is incorporated by reference to the proxy statement."),
        ),
        "10-K",
    )
    assert [one.title for one in sections.values()] == [
        "Legal Proceedings", "Submission of Matters to a Vote of Security Holders", "Directors",
    ]  # fmt: skip
    assert [one.status for one in sections.values()] == ["present", "present", "incorporated_by_reference"]


def test_one_item_answers_for_those_before_it() -> None:
    _, sections = found(
        page(
            heading("Item 9. Changes in and Disagreements with Accountants"),
            heading("Item 10. Directors and Executive Officers"),
            heading("Item 11. Executive Compensation"),
            heading("Item 13. Certain Relationships"),
            paragraph("What Items 10, 11, 12 and 13 call for is incorporated by reference to the proxy statement."),
        ),
        "10-K",
    )
    said = {label: one.status == "incorporated_by_reference" for label, one in sections.items()}
    assert said == {"II.9": False, "III.10": True, "III.11": True, "III.13": True}


def test_what_a_later_filing_supplies_is_not_here() -> None:
    _, sections = found(
        page(
            heading("Item 9B. Other Information"),
            paragraph("An agreement will be filed with an amendment."),
            heading("Item 10. Directors, Executive Officers and Corporate Governance"),
            paragraph("What this Item asks for will be supplied by a Schedule 14A filing within 120 days."),
        ),
        "10-K",
    )
    assert [one.status for one in sections.values()] == ["present", "incorporated_by_reference"]


def test_no_summary_ends_item_16_before_what_follows_it() -> None:
    for said in ("None.", "Not applicable", "Omitted at Registrant’s option.", "The Company has elected not to provide one."):
        document, sections = found(
            page(heading("Item 15. Exhibits"), paragraph(), heading("Item 16. Form 10-K Summary"), paragraph(said),
                 heading("INDEX TO FINANCIAL STATEMENTS"), paragraph()), "10-K",
        )  # fmt: skip
        assert text_of(document, sections["IV.16"]) == f"Item 16. Form 10-K Summary\n\n{said}"
    document, sections = found(
        page(heading("Item 15. Exhibits"), paragraph(), heading("Item 16. Form 10-K Summary"), paragraph()), "10-K"
    )
    assert text_of(document, sections["IV.16"]).endswith(WORDS.strip())


def test_items_under_one_heading_are_each_there_once() -> None:
    anchors = ("Item 10", "Item 11", "Item 12")
    contents = "".join(f'<p><a href="#all">{name}. {title}</a></p>' for name, title in zip(
        anchors, ("Directors, Executive Officers", "Executive Compensation", "Security Ownership"), strict=True,
    ))  # fmt: skip
    body = page(
        contents, heading("Item 9B. Other Information"), paragraph(), '<div id="all"></div>', heading("Items 10, 11 and 12"),
        paragraph("What Items 10, 11 and 12 call for is incorporated by reference from our proxy statement."),
    )  # fmt: skip
    sections = find_sections(extract(body), "10-K")
    assert [section.item for section in sections] == ["9B", "10", "11", "12"]
    assert {section.status for section in sections[1:]} == {"incorporated_by_reference"}


@pytest.mark.parametrize(
    "said",
    [
        "We incorporate the information required by this item by reference to our 2024 Proxy Statement.",
        "The information required by this item is furnished by incorporation by reference to the Proxy Statement.",
    ],
)
def test_ways_to_incorporate_by_reference(said: str) -> None:
    _, sections = found(page(heading("Item 11. Executive Compensation"), paragraph(said)), "10-K")
    assert sections["III.11"].status == "incorporated_by_reference"


def test_a_note_to_several_headings_answers_for_them() -> None:
    note = paragraph("* What Items 11, 12 and 13 call for is incorporated herein by reference to the proxy statement.")
    _, sections = found(
        page(heading("Item 11. Executive Compensation*"), heading("Item 12. Security Ownership*"),
             heading("Item 13. Certain Relationships*"), note), "10-K",
    )  # fmt: skip
    assert {section.status for section in sections.values()} == {"incorporated_by_reference"}


def test_reports_of_small_business_issuers() -> None:
    names = ["Item 1. Description of Business", "Item 2. Description of Property", "Item 3. Legal Proceedings",
             "Item 6. Management's Discussion and Analysis or Plan of Operation", "Item 7. Financial Statements",
             "Item 8A. Controls and Procedures", "Item 9. Directors, Executive Officers, Promoters and Control Persons",
             "Item 13. Exhibits and Reports on Form 8-K"]  # fmt: skip
    _, sections = found(page(*(part for name in names for part in (heading(name), paragraph()))), "10KSB")
    assert list(sections) == ["I.1", "I.2", "I.3", "II.6", "II.7", "II.8A", "III.9", "III.13"]
    quarterly = ["Item 2. Management's Discussion and Analysis or Plan of Operation", "Item 3. Controls and Procedures"]
    _, sections = found(page(*(part for name in quarterly for part in (heading(name), paragraph()))), "10-QSB/A")
    assert list(sections) == ["I.2", "I.3"]


def test_a_title_in_capitals_is_read_as_the_form_has_it() -> None:
    assert readable_title("10-K", "I", "1A", "RISK FACTORS") == "Risk Factors"
    assert readable_title("10-K", "I", "1A", "Risk factors, and more") == "Risk factors, and more"
    assert readable_title("10-K", "I", "1", "WHAT WE DO") == "WHAT WE DO", "not what the form calls it"
    assert readable_title("4", None, "1", "RISK FACTORS") == "RISK FACTORS"
