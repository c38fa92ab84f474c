"""Which passages are ranked: by what the terms weigh that they hold, as few as are wanted."""

from __future__ import annotations

from itertools import product

import pytest

from db.search.term_selection import SelectedTerm, selection

_RARE, _SALE, _NET = SelectedTerm("'rare'", 0.001, 6.9), SelectedTerm("'sale'", 0.3, 1.5), SelectedTerm("'net'", 0.4, 1.3)


@pytest.mark.parametrize(
    ("terms", "passages_in_all", "expected"),
    [
        ([_RARE, _SALE, _NET], 2_000, "('rare') | ('sale') | ('net')"),  # 2 + 600 + 800 of 2,000 at the most
        ([_RARE, _SALE, _NET], 10_000, "('rare') | ('sale') & (('net'))"),  # 10 + 1,200
        ([_RARE, _SALE, _NET], 100_000, "('rare')"),  # 100, and 12,000 with both of the others
        ([_RARE, _SALE, _NET], 10_000_000, "('rare') & (('sale') | ('net'))"),  # 5,800 of 10,000
        ([_SALE, _NET], 100_000, "('sale') & (('net'))"),  # 12,000 are too many, but none are fewer
        ([_SALE], 100_000, "('sale')"),
    ],
)
def test_the_weightiest_terms_are_enough(terms: list[SelectedTerm], passages_in_all: int, expected: str) -> None:
    most = 6_000 if passages_in_all > 1_000_000 else 1_700
    assert selection(terms, passages_in_all, most) == expected


def test_what_passes_is_what_weighs_enough() -> None:
    terms = [SelectedTerm(f"'{name}'", share, weight) for name, share, weight in (
        ("a", 0.01, 4.6), ("b", 0.02, 3.9), ("c", 0.1, 2.4), ("d", 0.2, 1.8), ("e", 0.3, 1.5),
    )]  # fmt: skip
    selected = selection(terms, 100_000, 3_000)
    admitted, refused = [], []
    for held in product((True, False), repeat=len(terms)):
        names = {term.query: str(is_held) for term, is_held in zip(terms, held, strict=True)}
        text = selected
        for query, is_held in names.items():
            text = text.replace(query, is_held)
        weight = sum(term.weight for term, is_held in zip(terms, held, strict=True) if is_held)
        (admitted if eval(text.replace("|", " or ").replace("&", " and ")) else refused).append(weight)
    assert min(admitted) > max(refused)
    assert 3 < min(admitted) < 5


def test_many_terms_are_no_long_query() -> None:
    terms = [SelectedTerm(f"'term{number}'", 0.2, 1.8) for number in range(24)]
    assert len(selection(terms, 1_000_000, 1_000)) < 2_000
