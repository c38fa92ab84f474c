"""Matching against the definitions themselves."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.filings.matching import common_in_order, heaviest_chain, pair_equal

few = st.lists(st.sampled_from("abcd"), max_size=12)


@given(few, few)
def test_as_many_equal_pairs_as_there_can_be(old: list[str], new: list[str]) -> None:
    pairs = pair_equal(old, new)
    assert all(old[one] == new[other] for one, other in pairs)
    assert len(pairs) == (Counter(old) & Counter(new)).total()
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)


@given(st.permutations(range(7)), st.lists(st.integers(1, 9), min_size=7, max_size=7))
def test_the_heaviest_chain_is_the_heaviest(order: list[int], weights: list[int]) -> None:
    pairs = list(enumerate(order))
    chain = sorted(heaviest_chain(pairs, [float(weight) for weight in weights]))
    assert all(order[one] < order[other] for one, other in pairwise(chain))
    best = max(
        sum(weights[index] for index in some)
        for size in range(8)
        for some in combinations(range(7), size)
        if all(order[one] < order[other] for one, other in pairwise(some))
    )
    assert sum(weights[index] for index in chain) == best


@given(few, few)
def test_common_elements_stay_in_order(old: list[str], new: list[str]) -> None:
    pairs = common_in_order(old, new)
    assert all(old[one] == new[other] for one, other in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


def test_what_is_the_same_is_found_whole() -> None:
    assert common_in_order("abracadabra", "abracadabra") == [(n, n) for n in range(11)]
    assert common_in_order("xabcy", "zabcw") == [(1, 1), (2, 2), (3, 3)]
    assert common_in_order("", "abc") == []
