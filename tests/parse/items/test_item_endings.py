"""Items end with their own text, and their status says whether they have any: shapes of filings of 1994 to 2021."""

from __future__ import annotations

import pytest

from tests.parse.documents import WORDS, heading, page, paragraph
from workbench.domain.filings.filing import Section
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.filing_html import extract
from workbench.parse.items.sections import find_sections


def found(content: bytes, form: str = "10-K") -> tuple[ExtractedText, dict[str, Section]]:
    document = extract(content)
    return document, {one.item: one for one in find_sections(document, form)}


def text_of(document: ExtractedText, section: Section) -> str:
    return document.text[section.start : section.end]


def test_page_numbers_and_running_headers_are_no_end_of_an_item() -> None:
    document, sections = found(
        page(
            heading("Item 1. Business"),
            paragraph(),
            paragraph("14"),
            heading("PART I, II"),
            heading("Item 3, 4, 5"),
            heading("Item 4. Mine Safety Disclosures"),
            paragraph("Not applicable."),
            heading("PART II"),
            heading("Item 5"),
            heading("Item 5. Market for Registrant's Common Equity"),
            paragraph(),
            heading("PART II"),
            heading("Item 8. Financial Statements and Supplementary Data"),
            paragraph(),
            paragraph("Part II of the plan ended."),
        )
    )
    assert text_of(document, sections["1"]).endswith(WORDS.strip())
    assert text_of(document, sections["4"]) == "Item 4. Mine Safety Disclosures\n\nNot applicable."
    assert text_of(document, sections["5"]).endswith("PART II")
    assert text_of(document, sections["8"]).endswith("Part II of the plan ended.")


def test_the_title_of_the_next_part_ends_an_item_with_any_preamble_that_follows_it() -> None:
    document, sections = found(
        page(
            heading("PART I"),
            heading("Item 1. Financial Statements"),
            paragraph(),
            heading("Item 4. Controls and Procedures"),
            paragraph("They were effective."),
            heading("PART II"),
            heading("OTHER INFORMATION"),
            heading("Item 1A. Risk Factors"),
            paragraph("None."),
            heading("PART II – OTHER INFORMATION"),
            heading("Item 6. Exhibits"),
            paragraph("31.1 Certification"),
        ),
        "10-Q",
    )
    assert (
        text_of(document, sections["4"])
        == "Item 4. Controls and Procedures\n\nThey were effective.\n\nPART II\n\nOTHER INFORMATION"
    )
    assert text_of(document, sections["1A"]).startswith("Item 1A. Risk Factors\n\nNone.")
    document, sections = found(
        page(
            heading("Item 1. Business"),
            paragraph(),
            heading("Item 4. Mine Safety Disclosures"),
            paragraph("Not applicable."),
            heading("PART II"),
            paragraph("This part refers to the proxy statement."),
            heading("Item 5. Market for Registrant's Common Equity"),
            paragraph(),
        )
    )
    assert text_of(document, sections["4"]).endswith("PART II\n\nThis part refers to the proxy statement.")


def test_a_part_that_lists_its_items_on_a_page_of_its_own_gives_none_to_the_item_before() -> None:
    titles = ["Item 12. Security ownership", "Item 13. Certain relationships", "Item 14. Principal accountant fees"]
    answers = [part for title in titles for part in (heading(title), paragraph("It is in the proxy statement."))]
    document, sections = found(
        page(
            heading("Item 1. Business"),
            paragraph(),
            heading("Item 9C. Disclosure regarding foreign jurisdictions that prevent inspections"),
            paragraph("Not applicable."),
            heading("PART III"),
            *(paragraph(title) for title in titles),
            *answers,
        )
    )
    assert text_of(document, sections["9C"]).endswith("\n\nNot applicable.\n\nPART III")
    assert text_of(document, sections["14"]).endswith("It is in the proxy statement.")


def test_titles_that_an_item_refers_to_are_its_own_text() -> None:
    document, sections = found(
        page(
            heading("Item 7. Management's Discussion and Analysis"),
            paragraph(),
            heading("Item 7A. Quantitative and Qualitative Disclosures About Market Risk"),
            paragraph("What is asked for is said in"),
            paragraph("Item 7. Management's discussion, and there in the last chapter"),
            heading("Item 8. Financial Statements and Supplementary Data"),
            paragraph(),
        )
    )
    assert text_of(document, sections["7A"]).endswith("in the last chapter")


def test_an_item_begins_at_the_first_of_its_headings_with_nothing_between() -> None:
    document, sections = found(
        page(
            heading("Item 13. Certain Relationships and Related Transactions"),
            paragraph("None."),
            heading("PART IV"),
            heading("Item 14. Exhibits, Financial Statement Schedules and Reports on Form 8-K"),
            heading("Item 14(a)(1). Financial Statements"),
            paragraph(),
        )
    )
    assert text_of(document, sections["13"]).endswith("Transactions\n\nNone.\n\nPART IV")
    assert sections["14"].title == "Exhibits, Financial Statement Schedules and Reports on Form 8-K"


def test_sections_of_a_current_report_are_no_end_of_an_item() -> None:
    document, sections = found(
        page(
            heading("Section 8 – Other Events"),
            heading("Item 8.01 Other Events"),
            paragraph("A plant closed."),
            paragraph("Section 4 of the agreement ended."),
            heading("Section 9 – Financial Statements and Exhibits"),
            heading("Item 9.01 Financial Statements and Exhibits"),
            paragraph("99.1 Press release"),
            paragraph(
                "Pursuant to the requirements of the Securities Exchange Act of 1934, the registrant has duly caused this "
                "report to be signed on its behalf."
            ),
            paragraph("By: A. Smith, Chief Financial Officer"),
        ),
        "8-K",
    )
    assert text_of(document, sections["8.01"]).endswith("A plant closed.\n\nSection 4 of the agreement ended.")
    assert text_of(document, sections["9.01"]).endswith("99.1 Press release")


def test_officers_right_behind_item_4_are_no_part_of_it() -> None:
    document, sections = found(
        page(
            heading("Item 3. Legal Proceedings"),
            paragraph(),
            heading("ITEM 4. RESERVED"),
            heading("EXECUTIVE OFFICERS OF THE REGISTRANT"),
            paragraph(),
            heading("Item 5. Market for Registrant's Common Equity"),
            paragraph(),
        )
    )
    assert text_of(document, sections["4"]) == "ITEM 4. RESERVED"
    assert sections["4"].status == "reserved"


def test_a_list_at_the_end_with_an_entry_of_no_number_is_a_list() -> None:
    titles = [
        "Item 1. Business.",
        "Item 2. Properties.",
        "Item 3. Legal Proceedings.",
        "Item 4. Submission of Matters to a Vote of Security Holders.",
        "Item 5. Market for the Registrant's Common Equity.",
        "Item 6. Selected Financial Data.",
        "Item 7. Management's Discussion and Analysis.",
        "Item 8. Financial Statements and Supplementary Data.",
    ]
    trailer = [*titles[:4], "Item X. Executive Officers of the Registrant.", *titles[4:]]
    document, sections = found(
        page(*(part for title in titles for part in (heading(title), paragraph())), *(paragraph(title) for title in trailer))
    )
    assert list(sections) == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert all(len(text_of(document, one)) > 1000 for one in sections.values())


def test_items_without_an_event_are_omitted_from_a_current_report() -> None:
    _, sections = found(
        page(
            paragraph("Items 1 through 4, 6 and 8 Not Applicable."),
            heading("Item 5. Other Events"),
            paragraph(),
            heading("Item 7. Financial Statements and Exhibits"),
            paragraph("None."),
            paragraph("ACME CORPORATION"),
            paragraph("Form 8-K"),
        ),
        "8-K",
    )
    statuses = {item: one.status for item, one in sections.items()}
    assert statuses == {**dict.fromkeys(["1", "2", "3", "4", "6", "8", "7"], "omitted"), "5": "present"}
    assert sections["3"].title == "Bankruptcy or Receivership"
    assert sections["1"].title == "Changes in Control of Registrant"


POINTS = "incorporated_by_reference"
POINTED = "is incorporated herein by reference to pages 30 to 45 of the Annual Report to Stockholders, which is Exhibit 13. "


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("Reported on pages 20-31 (and graphs on page 9) of the Annual Report to Share Owners for 1993.", POINTS),
        (f"(a) Statements</p><p>The balance sheet {POINTED * 3}</p><p>(b) Data</p><p>The table {POINTED * 2}", POINTS),
        (f"The table {POINTED}</p><p>{WORDS}", "present"),
        ("Not applicable because the Company is a smaller reporting company.", "omitted"),
        ("Not applicable.", "present"),
        ("Sales grew as we reported in the annual report to our parent.", "present"),
    ],
    ids=["annual-report", "every-paragraph", "one-paragraph", "smaller-company", "not-applicable", "other-report"],
)
def test_status_by_what_the_item_says(body: str, status: str) -> None:
    _, sections = found(
        page(
            heading("Item 3. Legal Proceedings"),
            paragraph(),
            heading("Item 8. Financial Statements and Supplementary Data"),
            f"<p>{body}</p>",
            heading("Item 9. Changes in and Disagreements with Accountants"),
            paragraph(),
        )
    )
    assert sections["8"].status == status


def test_reserved_may_stand_behind_the_title() -> None:
    _, sections = found(
        page(
            heading("Item 5. Market for Registrant's Common Equity"),
            paragraph(),
            heading("Item 6. Selected Financial Data [Reserved]"),
            heading("Item 7. Management's Discussion and Analysis"),
            paragraph(),
        )
    )
    assert sections["6"].status == "reserved"


def test_items_of_one_pointer_are_incorporated_beside_one_with_text() -> None:
    _, sections = found(
        page(
            heading("Item 11. Executive Compensation*"),
            heading("Item 12. Security Ownership of Certain Beneficial Owners*"),
            paragraph(),
            heading("Item 13. Certain Relationships and Related Transactions*"),
            heading("Item 14. Principal Accountant Fees and Services*"),
            paragraph(
                "* Information required by Items 11, 12, 13 and 14 is incorporated by reference from the proxy statement."
            ),
        )
    )
    assert [sections[item].status for item in ("11", "12", "13", "14")] == [
        "incorporated_by_reference",
        "present",
        "incorporated_by_reference",
        "incorporated_by_reference",
    ]


def test_an_answer_at_the_foot_of_pages_is_no_running_footer() -> None:
    parts = [
        part
        for number in range(1, 5)
        for part in (paragraph(f"{number}. Are there any events?"), paragraph("None."), "<hr style='page-break-after:always'>")
    ]
    document = extract(page(*parts, paragraph()))
    answers = [block for block in document.blocks if document.text[block.start : block.end] == "None."]
    assert len(answers) == 4
    assert not any(block.is_boilerplate for block in answers)
