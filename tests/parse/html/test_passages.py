"""Passages tile what a document says, inside its sections, and cut no word."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parse.documents import PLAIN_10K, WORDS, heading, page, paragraph
from workbench.domain.filings.filing import Section
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.filing_html import extract
from workbench.parse.html.passages import MOST_WORDS, split_passages
from workbench.parse.items.sections import find_sections

BLOCKS = st.lists(
    st.sampled_from(
        [heading("Item 1. Business"), heading("Item 1A. Risk Factors"), heading("Item 7. Management's Discussion"),
         heading("A title"), paragraph(WORDS), paragraph(WORDS * 3), paragraph("Short."), paragraph("word " * 700),
         paragraph("x" * 3900),
         "<table>" + "<tr><td>Net sales</td><td>1</td><td>2</td></tr>" * 40 + "</table>", "<p>7</p><hr>", "<p>8</p><hr>"]
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(BLOCKS)
def test_passages_tile_the_text(blocks: list[str]) -> None:
    document = extract(page("<p>start</p>", *blocks))
    _check(document, find_sections(document, "10-K"))


@settings(max_examples=100, deadline=None)
@given(BLOCKS, st.data())
def test_passages_stay_inside_any_sections(blocks: list[str], data: st.DataObject) -> None:
    document = extract(page("<p>start</p>", *blocks))
    spans = st.tuples(st.integers(0, len(document.text)), st.integers(0, len(document.text)))
    sections = [
        Section("I", str(number), "t", min(span), max(span), 1.0, "heading")
        for number, span in enumerate(data.draw(st.lists(spans, max_size=4)))
    ]
    _check(document, sections, words_may_be_cut=True)


def _check(document: ExtractedText, sections: list[Section], *, words_may_be_cut: bool = False) -> None:
    passages = split_passages(document, sections)
    text, at = document.text, 0
    covered = bytearray(len(text))
    for ordinal, passage in enumerate(passages):
        assert passage.ordinal == ordinal
        assert at <= passage.start < passage.end
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        assert len(passage.text.split()) <= MOST_WORDS
        assert len(passage.text) <= 6_100
        holders = [one for one in sections if one.start <= passage.start and passage.end <= one.end]
        assert (passage.item in {one.item for one in holders}) if passage.item else not holders
        if not words_may_be_cut:
            assert passage.start == 0 or text[passage.start - 1].isspace()
            assert passage.end == len(text) or text[passage.end].isspace()
        covered[passage.start : passage.end] = b"\1" * (passage.end - passage.start)
        at = passage.end
    for block in document.blocks:
        for offset in range(block.start, block.end):
            assert bool(covered[offset]) != block.is_boilerplate or text[offset].isspace()


def test_a_heading_stays_with_what_follows() -> None:
    document = extract(page(paragraph(), heading("Competition"), paragraph(), heading("Employees"), paragraph()))
    passages = [passage.text for passage in split_passages(document, [])]
    assert [text.split("\n")[0] for text in passages[1:]] == ["Competition", "Employees"]


def test_passages_of_an_old_filing_name_their_items() -> None:
    document = extract(PLAIN_10K.encode())
    passages = split_passages(document, find_sections(document, "10-K405"))
    by_item = {(passage.part, passage.item): passage.text for passage in passages}
    assert by_item["I", "2"] == "ITEM 2.   PROPERTIES\n\nThe company owns a shed."
    assert "Cost of sales" in by_item["II", "8"]
    assert "SIGNATURES" in by_item[None, None]


def test_what_is_no_word_is_cut() -> None:
    passages = split_passages(extract(page(paragraph("x" * 20_000))), [])
    assert [len(passage.text) for passage in passages] == [4_000] * 5
