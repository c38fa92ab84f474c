"""The reader's choices, without a browser."""

from __future__ import annotations

import pytest

from tests.loaded import ACCESSION, ORCHARD
from workbench.domain.errors import NotFound
from workbench.domain.filings.filing import Section
from workbench.pages.frame.selection import Selection
from workbench.pages.reader.opened import chosen_section, section_key
from workbench.pages.reader.page import reader_page
from workbench.pages.reader.text_panel import neighbours, plain
from workbench.runtime import Workbench

ONE, RISKS, TWO = (
    Section("I", "1", "Financial Statements", 0, 100, 0.9, "heading"),
    Section("I", "1A", "Risk Factors", 100, 200, 0.9, "heading"),
    Section("II", "1", "Legal Proceedings", 200, 300, 0.9, "heading"),
)
SECTIONS = (ONE, RISKS, TWO)


def test_an_item_of_two_parts_is_named_with_its_part() -> None:
    assert [section_key(section, SECTIONS) for section in SECTIONS] == ["I-1", "1A", "II-1"]


@pytest.mark.parametrize(
    ("selection", "section"),
    [
        (Selection(), ONE),
        (Selection(item="1a"), RISKS),
        (Selection(item="Item 1A."), RISKS),
        (Selection(item="II-1"), TWO),
        (Selection(item="1"), ONE),
        (Selection(item="1", start=250, end=260), TWO),
        (Selection(start=150, end=160), RISKS),
        (Selection(start=900, end=901), None),
    ],
)
def test_the_section_that_is_meant(selection: Selection, section: Section | None) -> None:
    assert chosen_section(SECTIONS, selection) is section


def test_the_whole_document_may_be_meant() -> None:
    assert chosen_section(SECTIONS, Selection(item="all")) is None


def test_the_items_before_and_after_are_one_step_away() -> None:
    first = neighbours(SECTIONS, ONE, Selection())
    assert first[0] is None
    assert first[1] == {"href": "reader?item=1A", "name": "1A", "key": "ArrowRight", "label": "Item 1A, Risk Factors →"}
    middle = neighbours(SECTIONS, RISKS, Selection())
    assert [(each["name"], each["key"]) for each in middle if each] == [("I-1", "ArrowLeft"), ("II-1", "ArrowRight")]
    assert middle[0] is not None
    assert middle[0]["label"] == "← Item 1, Financial Statements"


def test_an_item_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(NotFound) as caught:
        chosen_section(SECTIONS, Selection(item="9"))
    assert caught.value.hint == "its items are I-1, 1A, II-1"


def test_text_of_an_older_extractor_keeps_its_citations() -> None:
    assert '1 &lt; <mark id="passage">2 &amp;</mark> 3' in plain("0 1 < 2 & 3 4", 2, 11, (6, 9))


def test_a_passage_is_marked_where_it_stands(loaded: Workbench) -> None:
    content = reader_page(loaded, Selection(accession=ACCESSION.text, item="1A"))
    html = content.panels["text"].html  # type: ignore[attr-defined]
    assert ORCHARD in html
    assert "Shown without layout" not in html


def test_the_whole_document_holds_what_stands_outside_of_items(loaded: Workbench) -> None:
    content = reader_page(loaded, Selection(accession=ACCESSION.text, item="all"))
    html = content.panels["text"].html  # type: ignore[attr-defined]
    assert ORCHARD in html
    assert 'data-value="all" aria-current=true' in content.panels["items"].html  # type: ignore[attr-defined]
