"""Whole numbers written in English words, as the SEC's transformation `numwordsen` reads them."""

from __future__ import annotations

import re

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: number for number, word in enumerate(_ONES)} | {word: 10 * (2 + place) for place, word in enumerate(_TENS)}
_SMALL |= dict.fromkeys(("no", "none", "nil"), 0) | {"a": 1, "an": 1, "fourty": 40}
_LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def number_from_words(text: str) -> int | None:
    """`one hundred and twenty-five` is 125, `no` is 0; None for what is no number in words or digits."""
    words = [word for word in re.split(r"[\s,‐‑-]+", text.strip().lower()) if word and word != "and"]
    if not words:
        return None
    total = current = 0
    for word in words:
        if word in _SMALL:
            current += _SMALL[word]
        elif word.isascii() and word.isdigit():
            current += int(word)
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in _LARGE:
            total += (current or 1) * _LARGE[word]
            current = 0
        else:
            return None
    return total + current
