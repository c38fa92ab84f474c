"""Find in filing: what counts as a match, and where it stands."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.filings.find import excerpt, find_spans
from workbench.domain.errors import InvalidRequest

TEXT = "Nike’s footwear sold\nwell.\n\nFootwear\t$1,234\nNon‑GAAP (a+b) footwear—“cleats”"


@pytest.mark.parametrize(
    ("words", "matches"),
    [
        ("FOOTWEAR", ["footwear", "Footwear", "footwear"]),
        ("nike's", ["Nike’s"]),
        ('"cleats"', ["“cleats”"]),
        ("non-gaap", ["Non‑GAAP"]),
        ("sold  well", ["sold\nwell"]),
        ("footwear $1,234", ["Footwear\t$1,234"]),
        ("(a+b)", ["(a+b)"]),
        ("sandals", []),
    ],
)
def test_what_matches(words: str, matches: list[str]) -> None:
    assert [TEXT[start:end] for start, end in find_spans(TEXT, words)] == matches


@pytest.mark.parametrize("words", ["", " ", "a", "x" * 201])
def test_words_that_are_too_short_or_too_long(words: str) -> None:
    with pytest.raises(InvalidRequest, match="2 to 200 characters"):
        find_spans(TEXT, words)


@given(st.text(max_size=60), st.text(min_size=2, max_size=8).filter(lambda text: len(" ".join(text.split())) > 1), st.text())
def test_words_of_the_text_are_found_where_they_stand(before: str, words: str, after: str) -> None:
    text = before + words + after
    spans = find_spans(text, words)
    assert spans == sorted(spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    assert "".join(words.split()).lower() in {"".join(text[start:end].split()).lower() for start, end in spans}


def test_a_text_of_a_million_characters_is_searched_at_once() -> None:
    text = ("aa " * 400_000)[:1_000_000]
    begun = time.perf_counter()
    assert find_spans(text, "aa aa aa aa ab") == []
    assert time.perf_counter() - begun < 5


def test_an_excerpt_has_the_words_around_and_says_where_it_is_cut() -> None:
    text = "one " * 40 + "needle" + " two" * 40
    start = text.index("needle")
    before, match, after = excerpt(text, (start, start + 6))
    assert match == "needle"
    assert before.startswith("… one")
    assert before.endswith("one ")
    assert after.startswith(" two")
    assert after.endswith("two …")
    assert excerpt("a needle\n in hay", (2, 8)) == ("a ", "needle", " in hay")
