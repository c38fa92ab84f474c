"""The words of a question, and the well-known companies that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.domain.companies.names import KnownName, key_of, known_names

_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question [start, end): in small letters, with and without the s of a genitive. 3M and eBay are capital."""

    keys: frozenset[str]
    start: int
    end: int
    is_capital: bool
    is_upper: bool

    @property
    def stem(self) -> str:
        """The word without the s of a genitive."""
        return min(self.keys, key=lambda key: (len(key), key))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words in a row [start, end) of the question, with the keys of a company that they may name."""

    keys: frozenset[str]
    words: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class KnownMention:
    """A well-known company and the stretch [start, end) of the question that names it; `words` are those of the stretch."""

    known: KnownName
    words: frozenset[str]
    start: int
    end: int


def question_words(text: str) -> list[Word]:
    """The words in their order; `&` is the word `and`."""
    words = []
    for match in re.finditer(r"[^\W_]+(?:['’][^\W_]+)*|&", text):
        raw = match.group().lower().replace("’", "'")
        keys = {raw.replace("'", ""), raw.removesuffix("'s")} if raw != "&" else {"and"}
        is_capital = any(letter.isupper() for letter in match.group())
        words.append(Word(frozenset(keys), match.start(), match.end(), is_capital, match.group().isupper()))
    return words


def stretches(words: Sequence[Word]) -> Iterator[Stretch]:
    """Every stretch of up to six words that may be a name, longest first at each place.

    One word alone is a name only with a capital: `apple pie` is about no company. In a question without capitals it may be.
    """
    is_plain = not any(word.is_capital for word in words)
    for first in range(len(words)):
        for last in range(min(first + _MOST_WORDS, len(words)), first, -1):
            part = words[first:last]
            if "and" in part[0].keys or "and" in part[-1].keys:
                continue
            if len(part) == 1 and not (part[0].is_capital or is_plain):
                continue
            if len(part) > 1 and not is_plain and not part[0].is_capital:
                continue
            spelled = {key_of(word.stem for word in part), key_of(max(word.keys, key=len) for word in part)}
            held = frozenset(key for word in part for key in word.keys)
            yield Stretch(frozenset(spelled - {""}), held, part[0].start, part[-1].end)


def known_in(words: Sequence[Word]) -> list[KnownMention]:
    """Well-known companies that the words name, by whatever name, from left to right; longer names win."""
    results: list[KnownMention] = []
    for stretch in sorted(stretches(words), key=lambda each: each.start - each.end):
        known = next((known_names()[key] for key in sorted(stretch.keys) if key in known_names()), None)
        if known and all(stretch.end <= each.start or each.end <= stretch.start for each in results):
            results.append(KnownMention(known[0], stretch.words, stretch.start, stretch.end))
    return sorted(results, key=lambda each: each.start)
