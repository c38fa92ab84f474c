"""What a user may write in a search box besides words: `"as written"` and `-without`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = re.compile(r'(?<!\S)(-?)["“]([^"“”]*\w[^"“”]*)["”]')
# Only a word of letters: -5% and 10-K are figures and names, not wishes.
_WITHOUT = re.compile(r"(?<!\S)-([^\W\d_][\w'’-]*)(?!\S)")


@dataclass(frozen=True, slots=True)
class Question:
    """A query taken apart: `text` to rank by, `phrases` that must occur as written, `excluded` words that must not."""

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def read_question(query: str) -> Question:
    """Takes quotes and leading minus signs out of a query; the quoted words still count as words to rank by."""
    phrases: list[str] = []
    excluded: list[str] = []

    def quoted(match: re.Match[str]) -> str:
        (excluded if match.group(1) else phrases).append(match.group(2).strip())
        return "" if match.group(1) else match.group(2)

    def unwanted(match: re.Match[str]) -> str:
        excluded.append(match.group(1))
        return ""

    text = " ".join(_WITHOUT.sub(unwanted, _QUOTED.sub(quoted, query)).split())
    return Question(text, tuple(phrases), tuple(excluded))
