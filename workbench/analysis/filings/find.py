"""Finds words in the text of a document, as the find function of a browser does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.domain.errors import InvalidRequest

SHORTEST, _LONGEST = 2, 200
# Typewriter and typographic marks mean the same: nobody types the ones that filings are set with.
_SAME_MARKS = ("'‘’ʼ", '"“”', "-‐‑–—−")
_EXCERPT = 70  # characters on either side of a match


def find_spans(text: str, words: str) -> list[tuple[int, int]]:
    """The spans [start, end) of `text` that read as `words`, in order; they do not overlap.

    Case makes no difference, nor do kinds of quotation marks and dashes; between words any white space stands for any other,
    so that a match may run over the end of a line or of a table's cell. Raises InvalidRequest for words that are too short or
    too long.
    """
    sought = words.split()
    if not SHORTEST <= len(" ".join(sought)) <= _LONGEST:
        raise InvalidRequest(f"words to find have {SHORTEST} to {_LONGEST} characters")
    return [match.span() for match in _pattern(sought).finditer(text)]


def locate(text: str, words: str, start: int) -> tuple[int, int] | None:
    """The first span at or after `start` that reads as `words`, by the same rules; None if there is none."""
    sought = words.split()
    match = _pattern(sought).search(text, max(0, start)) if sought else None
    return match.span() if match else None


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"\s+".join("".join(map(_character, word)) for word in words), re.IGNORECASE)


def _character(character: str) -> str:
    group = next((each for each in _SAME_MARKS if character in each), None)
    return f"[{re.escape(group)}]" if group else re.escape(character)


def excerpt(text: str, span: tuple[int, int]) -> tuple[str, str, str]:
    """The match with the text before and after it, cut at words, and each run of white space as one space."""
    start, end = span
    before, after = text[max(0, start - _EXCERPT) : start], text[end : end + _EXCERPT]
    if start > _EXCERPT:
        before = "… " + before.split(maxsplit=1)[-1] if " " in before.strip() else "… " + before
    if end + _EXCERPT < len(text):
        after = after.rsplit(maxsplit=1)[0] + " …" if " " in after.strip() else after + " …"
    return _plain(before), _plain(text[start:end]), _plain(after)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)
