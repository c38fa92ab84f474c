"""Headings as filers and their software print them: glued, spaced, in words, listed once more at the end."""

from __future__ import annotations

import pytest

from tests.parse.documents import WORDS, heading, page, paragraph
from tests.parse.items.test_sections import found, text_of

TITLES = [
    "Item 1. Business", "Item 1A. Risk Factors", "Item 2. Properties", "Item 3. Legal Proceedings",
    "Item 5. Market for Registrant's Common Equity", "Item 9A. Controls and Procedures",
]  # fmt: skip
NAMES = ["I.1", "I.1A", "I.2", "I.3", "II.5", "II.9A"]
ELSEWHERE = "The information on page {} of the annual report to shareholders is incorporated by reference."


@pytest.mark.parametrize(
    ("printed", "form", "item", "title"),
    [
        ("ITEM 1ARISK FACTORS", "10-K", "I.1A", "RISK FACTORS"),
        ("ITEM 7AQUANTITATIVE AND QUALITATIVE DISCLOSURES", "10-K", "II.7A", "QUANTITATIVE AND QUALITATIVE DISCLOSURES"),
        ("Item 9BOther Information", "10-K", "II.9B", "Other Information"),
        ("ITEM 1BUSINESS", "10-K", "I.1", "BUSINESS"),
        ("Item 9A(I). Controls and Procedures", "10-K", "II.9A", "Controls and Procedures"),
        ("Item 5(a). Market for Registrant’s Common Equity", "10-K", "II.5", "Market for Registrant’s Common Equity"),
        ("Item One. Business", "10-K", "I.1", "Business"),
        ("ITEM TWELVE: SECURITY OWNERSHIP", "10-K", "III.12", "SECURITY OWNERSHIP"),
        ("I T E M 1 A . R I S K F A C T O R S", "10-K", "I.1A", "Risk Factors"),
        ("I T E M 1 1 . E X E C U T I V E C O M P E N S A T I O N", "10-K", "III.11", "Executive Compensation"),
        ("Legal Proceedings (Item 3)", "10-K", "I.3", "Legal Proceedings"),
        ("Risk Factors – Item 1A.", "10-K", "I.1A", "Risk Factors"),
        ("[Reserved] (Item 6)", "10-K", "II.6", "[Reserved]"),
        ("Item SevenA. Market Risk", "10-K", "II.7A", "Market Risk"),
        ("I T E M 8 . 0 1 . O T H E R E V E N T S", "8-K", "8.01", "Other Events"),
        ("Other Events (Item 8.01)", "8-K", "8.01", "Other Events"),
    ],
)
def test_a_number_that_touches_its_title_or_is_printed_otherwise(printed: str, form: str, item: str, title: str) -> None:
    _, sections = found(page(heading(printed), paragraph()), form)
    assert {name: section.title for name, section in sections.items()} == {item: title}


@pytest.mark.parametrize("prose", ["Item one of our agenda is growth, as is item two.", "We sell anvils (see Item 3)"])
def test_a_number_in_prose_is_not_a_heading(prose: str) -> None:
    _, sections = found(page(heading("Item 1. Business"), paragraph(), paragraph(prose), paragraph()), "10-K")
    assert list(sections) == ["I.1"]


def test_a_list_of_headings_at_the_end_is_not_the_items() -> None:
    bodies = [part for number, title in enumerate(TITLES) for part in (heading(title), paragraph(ELSEWHERE.format(number)))]
    document, sections = found(
        page(*bodies, heading("SIGNATURES"), paragraph("Pursuant to the requirements of the Act"), paragraph("QuickLinks"),
             *(paragraph(title) for title in TITLES)), "10-K",
    )  # fmt: skip
    assert list(sections) == NAMES
    assert {section.status for section in sections.values()} == {"incorporated_by_reference"}
    assert text_of(document, sections["II.9A"]).endswith(ELSEWHERE.format(5))


def test_a_list_at_the_end_with_bodies_of_any_length() -> None:
    bodies = [part for title in TITLES for part in (heading(title), paragraph())]
    document, sections = found(page(*bodies, *(paragraph(title) for title in TITLES)), "10-K")
    assert list(sections) == NAMES
    assert all(len(text_of(document, section)) > 1000 for section in sections.values())


def test_items_that_are_a_line_each_are_items_where_they_stand_once() -> None:
    bodies = [part for title in TITLES for part in (heading(title), paragraph("None."))]
    assert list(found(page(*bodies), "10-K")[1]) == NAMES


def test_the_contents_of_an_8k_are_not_its_items() -> None:
    listed = "".join(
        f'<tr><td><a href="#{at}">Item {name}</a></td></tr>' for at, name in enumerate(("2.02 Results", "9.01 Exhibits"))
    )
    body = (
        f"<table>{listed}</table><a name='0'></a><div><b>Item 2.02 Results of Operations</b></div><p>{WORDS}</p>"
        f"<a name='1'></a><div><b>Item 9.01 Exhibits</b></div><p>(d) {WORDS}</p>"
    )
    document, sections = found(page(body), "8-K")
    assert list(sections) == ["2.02", "9.01"]
    assert all(text_of(document, section).endswith(WORDS.strip()) for section in sections.values())


def test_the_last_heading_that_is_printed_twice_is_the_one_with_text() -> None:
    document, sections = found(
        page(paragraph("Item 8.01 Other Events"), heading("Item 8.01 Other Events"), paragraph()), "8-K"
    )
    assert text_of(document, sections["8.01"]).endswith(WORDS.strip())


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Incorporated by reference to page 41 of the annual report.", "incorporated_by_reference"),
        ("We are a smaller reporting company and are not required to provide this information.", "omitted"),
        ("Not required.", "omitted"),
        ("Not required by smaller reporting companies.", "omitted"),
        ("Five years of data follow. We are not required to pay dividends.", "present"),
    ],
)
def test_item_6_of_a_10k_is_no_list_of_exhibits(said: str, status: str) -> None:
    _, sections = found(page(heading("Item 6. Selected Financial Data"), paragraph(said)), "10-K")
    assert sections["II.6"].status == status


def test_exhibits_of_a_10q_may_be_incorporated_and_are_present() -> None:
    _, sections = found(page(heading("Item 6. Exhibits"), paragraph("3.1 By-laws, incorporated by reference.")), "10-Q")
    assert sections["II.6"].status == "present"


@pytest.mark.parametrize(
    "printed",
    ["Executive Officers of the Registrant", "ITEM 4A. EXECUTIVE OFFICERS", "Information about our Executive Officers"],
)
def test_executive_officers_are_no_part_of_item_4(printed: str) -> None:
    document, sections = found(
        page(heading("Item 4. Mine Safety Disclosures"), paragraph("Not applicable."), heading(printed), paragraph(),
             heading("Item 5. Market for Registrant's Common Equity"), paragraph()), "10-K",
    )  # fmt: skip
    assert list(sections) == ["I.4", "II.5"]
    assert text_of(document, sections["I.4"]).endswith("Not applicable.")
