"""What counts as saying the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.filings.passages import PassageText
from workbench.domain.identity import Accession, Cik
from workbench.search.duplicates import fold

_RISK = (
    "Our orchards stand in three valleys that share one river, and a dry summer would leave all of them without water. "
    "Growers upstream hold older rights than we do, and courts have upheld those rights when they were contested, lastly in "
    "{year}."
)


def _passage(passage_id: int, text: str, cik: int | None = 1) -> PassageText:
    return PassageText(passage_id, Cik(cik) if cik else None, Accession(f"0000000001-20-{passage_id:06d}"), text, 1)


def _ids(*passages: PassageText) -> list[tuple[int, list[int]]]:
    return [(group.first.passage_id, [other.passage_id for other in group.others]) for group in fold(passages)]


def test_the_same_words_in_other_type_are_folded_into_the_first() -> None:
    text = _RISK.format(year="the future")
    assert _ids(_passage(5, text), _passage(2, text.upper().replace(", ", " — "))) == [(5, [2])]


def test_one_word_changed_is_the_same_and_one_figure_changed_is_not() -> None:
    now = _RISK.format(year=2024)
    assert _ids(_passage(1, now), _passage(2, now.replace("contested", "questioned"))) == [(1, [2])]
    assert _ids(_passage(1, now), _passage(2, _RISK.format(year=2023))) == [(1, []), (2, [])]


def test_another_company_saying_it_is_another_statement() -> None:
    text = _RISK.format(year="future years")
    assert _ids(_passage(1, text), _passage(2, text, cik=2), _passage(3, text, cik=None)) == [(1, []), (2, []), (3, [])]


@given(st.lists(st.sampled_from(["a b c d", "a b c e", "x y z", "x y 1", "x y 2", ""]), max_size=8), st.integers(0, 8))
def test_more_passages_never_change_who_comes_first(texts: list[str], cut: int) -> None:
    passages = [_passage(number, text) for number, text in enumerate(texts)]
    shorter = [group.first for group in fold(passages[:cut])]
    assert [group.first for group in fold(passages)][: len(shorter)] == shorter
