"""Documents of forms without items are divided by their own headings: after prospectuses, proxies and foreign reports."""

from __future__ import annotations

import pytest

from tests.parse.documents import WORDS, heading, page, paragraph
from workbench.domain.filings.filing import Section
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.filing_html import extract
from workbench.parse.items.sections import find_sections

TITLES = ["Prospectus Summary", "Risk Factors", "Use of Proceeds", "Dilution", "Underwriting"]


def found(content: bytes, form: str) -> tuple[ExtractedText, list[Section]]:
    document = extract(content)
    return document, find_sections(document, form)


def _body(titles: list[str], prefix: str = "t") -> list[str]:
    return [
        part
        for number, title in enumerate(titles)
        for part in (f'<a name="{prefix}{number}"></a><p align="center"><b>{title.upper()}</b></p>', paragraph())
    ]


def _linked_rows(titles: list[str], prefix: str = "t", first: int = 1) -> str:
    rows = (
        f'<tr><td>{title}</td><td><a href="#{prefix}{number}">S-{number + first}</a></td></tr>'
        for number, title in enumerate(titles)
    )
    return f"<table>{''.join(rows)}</table>"


def test_the_page_numbers_of_a_prospectus_link_to_its_sections() -> None:
    document, sections = found(
        page(heading("PROSPECTUS"), paragraph("See <a href='#t1'>Risk Factors</a>."), _linked_rows(TITLES), *_body(TITLES)),
        "424B4",
    )
    assert [one.item for one in sections] == ["S1", "S2", "S3", "S4", "S5"]
    assert [one.title for one in sections] == TITLES
    assert document.text[sections[1].start : sections[1].end] == f"RISK FACTORS\n\n{WORDS.strip()}"
    assert {one.method for one in sections} == {"toc_link"}


def test_a_supplement_and_its_prospectus_have_each_their_own_contents() -> None:
    base = ["Risk Factors", "Description of Securities", "Plan of Distribution", "Experts"]
    document, sections = found(
        page(_linked_rows(TITLES), *_body(TITLES), _linked_rows(base, "b", 30), *_body(base, "b")), "424B5"
    )
    assert [one.title for one in sections] == TITLES + base
    assert all(document.text[one.start : one.end].upper().startswith(one.title.upper()) for one in sections)


def test_contents_without_links_name_the_headings_that_come_again() -> None:
    rows = "".join(f"<tr><td>{title}</td><td>{number}</td></tr>" for number, title in enumerate(TITLES, start=1))
    parts = [part for title in TITLES for part in (heading(title), paragraph("We describe dilution below. " + WORDS))]
    document, sections = found(page(f"<table>{rows}</table>", *parts), "S-1/A")
    assert [one.title for one in sections] == TITLES
    assert document.text[sections[3].start :].startswith("Dilution")


def test_without_contents_the_most_prominent_headings_divide_it() -> None:
    parts = [
        part
        for title in ("ELECTION OF DIRECTORS", "EXECUTIVE COMPENSATION", "OTHER MATTERS")
        for part in (f'<p align="center"><b>{title}</b></p>', paragraph(), heading("A lesser heading"), paragraph())
    ]
    cover = [
        f'<p align="center"><b>{line}</b></p>' for line in ("ACME CORPORATION", "1 Anvil Road", "NOTICE OF ANNUAL MEETING")
    ]
    _, sections = found(page(*cover, paragraph(), *parts), "DEF 14A")
    titles = ["NOTICE OF ANNUAL MEETING", "ELECTION OF DIRECTORS", "EXECUTIVE COMPENSATION", "OTHER MATTERS"]
    assert [one.title for one in sections] == titles
    assert {one.confidence for one in sections} == {0.5}


def test_the_release_behind_the_signature_of_a_foreign_report_is_divided_by_its_lead_lines() -> None:
    text = WORDS[:400]
    document, sections = found(
        page(
            '<p align="center"><b>FORM 6-K</b></p><p align="center"><b>ACME N.V.</b></p>',
            paragraph(
                "Pursuant to the requirements of the Securities Exchange Act of 1934, the registrant has duly caused this "
                "report to be signed on its behalf."
            ),
            paragraph("/s/ A. Smith"),
            *(f"<p>{title}<br>{text}</p>" for title in ("Safety of anvils", "Supply chain", "Outlook")),
        ),
        "6-K",
    )
    assert [one.title for one in sections] == ["Safety of anvils", "Supply chain", "Outlook"]
    assert document.text[sections[0].start : sections[0].end].endswith(text.strip())


def test_entries_that_are_set_in_are_no_sections_of_a_long_document() -> None:
    outer = [f"Chapter {name}" for name in ("One", "Two", "Three", "Four")]
    names = [
        title for chapter in outer for title in (chapter, *(f"{chapter} detail {letter * 3}" for letter in "abcdefghijklmnop"))
    ]
    rows = "".join(
        f'<tr><td style="padding-left:{20 * ("detail" in name)}pt"><a href="#t{at}">{name}</a></td><td>{at}</td></tr>'
        for at, name in enumerate(names)
    )
    _, sections = found(page(f"<table>{rows}</table>", *_body(names)), "424B5")
    assert [one.title for one in sections] == outer


@pytest.mark.parametrize("form", ["3", "13F-HR", "CORRESP", "SC 13G"])
def test_other_forms_have_none(form: str) -> None:
    assert found(page(_linked_rows(TITLES), *_body(TITLES)), form)[1] == []


def test_a_document_without_headings_has_none() -> None:
    assert found(page(paragraph(), paragraph()), "6-K")[1] == []
