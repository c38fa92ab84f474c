"""Reciprocal rank fusion by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.search.fusion import reciprocal_rank


def test_sums_by_hand() -> None:
    fused = reciprocal_rank([(1.0, [7, 8, 9]), (1.0, [9, 7])])
    assert list(fused) == [7, 9, 8]
    assert fused[7] == pytest.approx(1 / 21 + 1 / 22)
    assert fused[9] == pytest.approx(1 / 23 + 1 / 21)
    assert fused[8] == pytest.approx(1 / 22)


def test_a_weight_scales_its_ranking_and_ties_go_to_the_lower_id() -> None:
    assert list(reciprocal_rank([(0.25, [1]), (1.0, [2])])) == [2, 1]
    assert list(reciprocal_rank([(1.0, [5]), (1.0, [3])])) == [3, 5]
    assert reciprocal_rank([]) == {}


_RANKING = st.lists(st.integers(0, 50), unique=True)


@given(st.lists(_RANKING, max_size=4))
def test_holds_everything_once_and_in_order(rankings: list[list[int]]) -> None:
    fused = reciprocal_rank([(1.0, ranking) for ranking in rankings])
    assert set(fused) == {name for ranking in rankings for name in ranking}
    assert list(fused.values()) == sorted(fused.values(), reverse=True)


@given(_RANKING)
def test_one_ranking_stays_as_it_is(ranking: list[int]) -> None:
    assert list(reciprocal_rank([(1.0, ranking), (1.0, ranking)])) == ranking
