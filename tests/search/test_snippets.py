"""Snippets: short, with the question's words marked where they stand."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.filings.passages import Hit
from workbench.search.snippets import snippet


def _hit(text: str, *spans: tuple[int, int]) -> Hit:
    return Hit(
        passage_id=1, document_id=1, cik=None, company=None, accession=None, document="d", title=None, form=None,
        filed_on=None, part=None, item=None, page=None, start=0, end=len(text), text=text, score=1.0, highlights=spans,
    )  # fmt: skip


def test_a_short_passage_is_shown_whole() -> None:
    shown = snippet(_hit("Net  sales\nrose.", (0, 3), (5, 10)))
    assert shown.text == "Net sales rose."
    assert [shown.text[start:end] for start, end in shown.highlights] == ["Net", "sales"]


def test_a_long_one_is_cut_around_its_words() -> None:
    text = "filler " * 200 + "tariffs on steel " + "more " * 200
    at = text.index("tariffs")
    shown = snippet(_hit(text, (at, at + 7)), 100)
    assert len(shown.text) <= 110
    assert shown.text.startswith("… ")
    assert shown.text.endswith(" …")
    assert [shown.text[start:end] for start, end in shown.highlights] == ["tariffs"]


def test_different_words_weigh_more_than_one_word_again_and_again() -> None:
    text = "data data data data data " + "filler " * 100 + "an order of the Federal Trade Commission on data " + "more " * 100
    spans = [match.span() for match in re.finditer("data|Federal Trade Commission|order", text)]
    assert "order of the Federal Trade Commission" in snippet(_hit(text, *spans), 100).text


def test_rows_of_a_table_stay_apart() -> None:
    text = "Net sales:\niPhone\t$201,183\t$200,583\nMac\t29,984\t29,357\n\nSales rose."
    told = "Net sales: · iPhone $201,183 $200,583 · Mac 29,984 29,357 Sales rose."
    assert snippet(_hit(text)).text == told
    mac = text.index("Mac")
    shown = snippet(_hit(text, (mac, mac + 3)))
    assert (shown.text, [shown.text[start:end] for start, end in shown.highlights]) == (told, ["Mac"])


@given(st.text(alphabet="ab \n\t", min_size=1, max_size=400), st.data())
def test_marks_stay_on_their_words(text: str, data: st.DataObject) -> None:
    words = [(start, start + 1) for start, letter in enumerate(text) if not letter.isspace()]
    spans = tuple(sorted(data.draw(st.lists(st.sampled_from(words), unique=True)))) if words else ()
    shown = snippet(_hit(text, *spans), 60)
    assert all(shown.text[start:end] in {"a", "b"} for start, end in shown.highlights)
    assert len(shown.highlights) <= len(spans)
