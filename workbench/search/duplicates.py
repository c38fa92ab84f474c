"""Passages that say the same: filings repeat themselves from year to year, and a list of hits should not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from workbench.domain.filings.passages import PassageText

_TOKEN = re.compile(r"\d[\d.,]*\d|\w+")
# Share of common three-word runs (Broder 1997) from which two wordings count as one; figures must agree wholly besides.
_SAME_WORDING = 0.8


@dataclass(slots=True)
class Group:
    """The best placed of passages that say the same, and the others in their order."""

    first: PassageText
    others: list[PassageText] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wording:
    runs: frozenset[tuple[str, ...]]
    figures: frozenset[str]

    def is_like(self, other: _Wording) -> bool:
        # Another year's sentence with other figures is another statement, even if the words are the same.
        if self.figures != other.figures:
            return False
        return len(self.runs & other.runs) >= _SAME_WORDING * len(self.runs | other.runs)


def fold(passages: Iterable[PassageText]) -> list[Group]:
    """Groups of passages of one company that say the same, in the order of their first members.

    The groups of a longer list begin with those of a shorter one: taking more passages never changes who comes first.
    """
    groups: list[tuple[_Wording, Group]] = []
    for passage in passages:
        wording = _read(passage.text)
        same = next((group for seen, group in groups if group.first.cik == passage.cik and wording.is_like(seen)), None)
        if same is None:
            groups.append((wording, Group(passage)))
        else:
            same.others.append(passage)
    return [group for _, group in groups]


def _read(text: str) -> _Wording:
    tokens = _TOKEN.findall(text.lower())
    runs = frozenset(tuple(tokens[at : at + 3]) for at in range(max(1, len(tokens) - 2)))
    return _Wording(runs, frozenset(token for token in tokens if token[0].isdigit()))
