"""Passages that say the same: filings repeat themselves from year to year, and a list of hits should not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from workbench.domain.filings.passages import PassageText

_TOKEN = re.compile(r"\d[\d.,]*\d|\w+")
_DIGIT = re.compile(r"\d")
# Share of common three-word runs (Broder 1997) from which two wordings count as one; figures must agree wholly besides.
_SAME_WORDING = 0.8


@dataclass(slots=True)
class Group:
    """The best placed of passages that say the same, and the others in their order."""

    first: PassageText
    others: list[PassageText] = field(default_factory=list)


class _Wording:
    """The figures and the three-word runs of a text, read when they are asked for: most passages are unlike at a glance."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _tokens(self) -> list[str]:
        return _TOKEN.findall(self._text.lower())

    @cached_property
    def _figures(self) -> frozenset[str]:
        return frozenset(filter(_DIGIT.match, self._tokens))

    @cached_property
    def _runs(self) -> frozenset[tuple[str, ...]]:
        tokens = self._tokens
        # A text of fewer than three words is one run.
        return frozenset(zip(tokens, tokens[1:], tokens[2:], strict=False)) or frozenset([tuple(tokens)])

    def is_like(self, other: _Wording) -> bool:
        # Another year's sentence with other figures is another statement, even if the words are the same.
        if self._figures != other._figures:
            return False
        return len(self._runs & other._runs) >= _SAME_WORDING * len(self._runs | other._runs)


def fold(passages: Iterable[PassageText]) -> list[Group]:
    """Groups of passages of one company that say the same, in the order of their first members.

    The groups of a longer list begin with those of a shorter one: taking more passages never changes who comes first.
    """
    groups: list[tuple[_Wording, Group]] = []
    for passage in passages:
        wording = _Wording(passage.text)
        same = next((group for seen, group in groups if group.first.cik == passage.cik and wording.is_like(seen)), None)
        if same is None:
            groups.append((wording, Group(passage)))
        else:
            same.others.append(passage)
    return [group for _, group in groups]
