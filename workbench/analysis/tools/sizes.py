"""Keeps an answer within a number of tokens, and says what was left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MOST_TOKENS = 2_000
# What a character costs at most in the vocabularies of language models: some have a token for each digit.
_DIGIT, _LETTER, _OTHER = 1.0, 0.4, 0.7


def as_text(answer: Mapping[str, Any]) -> str:
    """The answer as JSON in one line."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def estimated_tokens(text: str) -> float:
    """The tokens of a text in any usual vocabulary, estimated high: by its digits, letters and other characters."""
    digits, letters = sum(map(str.isdigit, text)), sum(map(str.isalpha, text))
    spaces = text.count(" ")
    return digits * _DIGIT + letters * _LETTER + (len(text) - digits - letters - spaces) * _OTHER


def fits(answer: Mapping[str, Any]) -> bool:
    """Whether an answer is short enough."""
    return estimated_tokens(as_text(answer)) <= MOST_TOKENS


def fitted(answer: Mapping[str, Any], rows: str, *, how: str) -> dict[str, Any]:
    """The answer with the first entries of its list `rows`, as many as fit; `left_out` counts the others."""
    entries = list(answer[rows])
    shown = len(entries)
    while shown and not fits(_cut(answer, rows, entries, shown, how)):
        shown -= 1
    return _cut(answer, rows, entries, shown, how)


def _cut(answer: Mapping[str, Any], rows: str, entries: list[Any], shown: int, how: str) -> dict[str, Any]:
    if shown == len(entries):
        return dict(answer)
    return {**answer, rows: entries[:shown], "left_out": {"entries": len(entries) - shown, "how": how}}


def shortened(text: str, most: int) -> str:
    """The text, cut at a word with an ellipsis where it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"
