"""Which passages are worth ranking: those that hold enough of a question's terms to come first.

Ranking reads each passage, which costs far more than finding it in the index. What a term adds to a passage's score hardly
depends on how often it occurs there (`ts_rank` of one term lies between 0.061 and 0.1), so that the terms which a passage
holds tell nearly where it will rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

# Sets of so many terms are looked at: 128 of them. Further terms, the more common ones, only rank.
_MOST_COMBINED = 7


@dataclass(frozen=True, slots=True)
class SelectedTerm:
    """A term in tsquery notation, the share of all passages that holds it, and what it adds to a passage's score."""

    query: str
    share: float
    weight: float


def selection(terms: Sequence[SelectedTerm], passages_in_all: int, most: int) -> str:
    """A tsquery that lets at most about `most` of so many passages through, those with the weightiest sets of terms.

    Any term is enough where that many passages hold one. Otherwise a passage needs terms that weigh as much together as
    `most` allows, and all of them if even those passages are more. How many hold a set of terms is taken from the shares as if
    terms stood independently: words on one subject stand together more often, so that more may pass than expected.
    """
    if sum(term.share for term in terms) * passages_in_all <= most:
        return " | ".join(f"({term.query})" for term in terms)
    combined = sorted(terms, key=lambda term: -term.weight)[:_MOST_COMBINED]
    return _weighing(combined, _least_weight(combined, most / passages_in_all)) or ""


def _least_weight(terms: Sequence[SelectedTerm], share: float) -> float:
    """The least weight that no more than this share of all passages reach, or else the weight of all the terms."""
    sets = []
    for held in product((True, False), repeat=len(terms)):
        expected = prod(term.share if is_held else 1 - term.share for term, is_held in zip(terms, held, strict=True))
        sets.append((sum(term.weight for term, is_held in zip(terms, held, strict=True) if is_held), expected))
    sets.sort(reverse=True)
    least, cumulative = sets[0]
    for weight, expected in sets[1:]:
        cumulative += expected
        if cumulative > share:
            break
        least = weight
    # Sums of the same weights in another order differ in their last digits.
    return least * (1 - 1e-9)


def _weighing(terms: Sequence[SelectedTerm], least: float) -> str | None:
    """A tsquery for passages whose terms weigh `least` together; empty if any passage will do, None if none can."""
    if least <= 0:
        return ""
    if sum(term.weight for term in terms) < least:
        return None
    first, rest = terms[0], terms[1:]
    beside, without = _weighing(rest, least - first.weight), _weighing(rest, least)
    ways = []
    if beside is not None:
        ways.append(f"({first.query}) & ({beside})" if beside else f"({first.query})")
    if without is not None:
        ways.append(without)
    return " | ".join(ways)
