"""Paragraphs, what makes them equal, and the words and numbers in them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.filings.paragraphs import comparable, split_paragraphs, tokens

LONG = "Our suppliers depend on a small number of plants in one region, and what they deliver may be late for reasons"


def texts(text: str, **more: object) -> list[str]:
    return [one.text for one in split_paragraphs(text, **more)]  # type: ignore[arg-type]


def test_blank_lines_part_paragraphs_and_a_table_is_one() -> None:
    text = "Item 7\n\nSales grew\nby a\u00a0lot.\n\n\tUSD\nSales\t10\nCosts\t8\n\n \nEnd."
    assert texts(text) == ["Item 7", "Sales grew\nby a lot.", "USD\nSales\t10\nCosts\t8", "End."]


def test_spans_stay_inside_the_stretch() -> None:
    found = split_paragraphs("before\n\none\n\ntwo\n\nafter", 8, 16)
    assert [(one.ordinal, one.start, one.end, one.text) for one in found] == [(0, 8, 11, "one"), (1, 13, 16, "two")]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{LONG}\n\nbeyond our control.", 1),
        (f"{LONG}.\n\nbeyond our control.", 2),
        (f"{LONG}\n\nBeyond our control.", 2),
        (f"{LONG} of the\n\nEuropean Union.", 1),
        ("Products\n\niPhone sales grew.", 2),
        (f"• {LONG},\n\n• and the like.", 2),
        (f"{LONG}\n\nbeyond\t1", 2),
    ],
)
def test_a_paragraph_that_a_page_break_parts_is_whole(text: str, count: int) -> None:
    assert len(texts(text)) == count


def test_running_headers_are_left_out_and_spanned() -> None:
    text = f"{LONG}\n\nAcme 2023 Form 10-K\n\nbeyond our control."
    low = text.index("Acme")
    (one,) = split_paragraphs(text, boilerplate=[(low, low + len("Acme 2023 Form 10-K"))])
    assert one.text == f"{LONG} beyond our control."
    assert (one.start, one.end) == (0, len(text))


def test_marks_and_white_space_do_not_make_a_difference() -> None:
    assert comparable("the “company’s”\n plan – and") == comparable('the "company\'s" plan - and')


@pytest.mark.parametrize(
    "number",
    ["5", "5.1%", "$391.0 billion", "(1,234)", "September 28, 2024", "May 2024", "twenty-five", "$ 12", "21st", "two"],
)
def test_numbers_and_dates_are_numbers(number: str) -> None:
    found = [token for token in tokens(f"about {number} of it") if token.is_number]
    assert [token.text for token in found] == [number]
    assert found[0].mask == "#"


def test_what_only_looks_like_a_number_is_none() -> None:
    assert [token.text for token in tokens("You may see Item 7A and the second part") if token.is_number] == []
    assert [token.text for token in tokens("the second quarter") if token.is_number] == ["second"]


def test_a_dash_alone_in_a_cell_is_a_nought() -> None:
    assert [token.text for token in tokens("Sales\t—\t10\nand — so on") if token.is_number] == ["—", "10"]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_tokens_together_are_the_text(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text


@given(st.lists(st.sampled_from(["a b.", LONG, "x\ty\nz\t1", "running header", "and so", "", " "]), max_size=8))
def test_paragraphs_hold_every_character_in_order(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    found = split_paragraphs(text)
    assert " ".join(" ".join(one.text for one in found).split()) == " ".join(text.split())
    assert [one.ordinal for one in found] == list(range(len(found)))
    assert all(one.text for one in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
