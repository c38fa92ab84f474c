"""What is printed on every page: page numbers, ways back to the table of contents, running headers and footers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—\s]*(?P<prefix>[a-z]{1,2}[-–—]\s?)?(?P<number>\d{1,4})(?:\s*of\s*\d{1,4})?[-–—\s]*", re.IGNORECASE
)
_ROMAN = re.compile(r"[-–—\s]*[ivxl]{1,6}[-–—\s]*", re.IGNORECASE)
_WAY_BACK = re.compile(r"(?:(?:back|return) to )?(?:the )?(?:table of contents|index|contents|top)", re.IGNORECASE)
# What an item, a note or a question answers in a word, on page after page.
_ANSWER = re.compile(r"none|not applicable|n/?a|not required|yes|no|\[?\(?reserved\)?\]?", re.IGNORECASE)
_LONGEST = 150  # characters of a running header
_REACH = 3  # blocks between it and the page break
_REPEATS = 3


class Line(NamedTuple):
    """A block as far as boilerplate is concerned."""

    text: str
    breaks_page: bool
    has_link: bool


@dataclass(slots=True)
class PageBoilerplate:
    """Indices of blocks: `page_numbers` are left out of the text, `running` stay; `pages` is block to its page's number."""

    page_numbers: set[int] = field(default_factory=set)
    running: set[int] = field(default_factory=set)
    pages: dict[int, int] = field(default_factory=dict)


def find_boilerplate(lines: list[Line]) -> PageBoilerplate:
    """Short blocks beside page breaks that are page numbers, or repeat beside other page breaks. Linear time."""
    boilerplate = PageBoilerplate()
    near = [
        index
        for index in sorted(_near_breaks(lines))
        if len(lines[index].text) <= _LONGEST and not _ANSWER.fullmatch(lines[index].text.strip(" ."))
    ]
    keys = {index: _key(lines[index].text) for index in near}
    counts = Counter(keys.values())
    seen: set[str] = set()
    for index, key in keys.items():
        if counts[key] >= _REPEATS and _WAY_BACK.fullmatch(key) and (lines[index].has_link or key in seen):
            boilerplate.page_numbers.add(index)
        elif counts[key] >= _REPEATS or _PAGE_NUMBER.fullmatch(key) or _ROMAN.fullmatch(key):
            boilerplate.running.add(index)
        seen.add(key)
    _count_on(lines, near, boilerplate)
    _number_footers(lines, boilerplate)
    return boilerplate


def _count_on(lines: list[Line], near: list[int], boilerplate: PageBoilerplate) -> None:
    """Page numbers are those that the number before or after them counts on from, within one numbering (1, F-1)."""
    numbered: dict[str, list[tuple[int, int]]] = {}
    for index in near:
        if match := _PAGE_NUMBER.fullmatch(lines[index].text.strip()):
            numbered.setdefault((match.group("prefix") or "").upper(), []).append((index, int(match.group("number"))))
    for prefix, numbers in numbered.items():
        for position, (index, number) in enumerate(numbers):
            neighbours = numbers[max(0, position - 1) : position] + numbers[position + 1 : position + 2]
            if any(abs(other - number) in (1, 2) for _, other in neighbours):
                boilerplate.page_numbers.add(index)
                boilerplate.running.discard(index)
                if not prefix:
                    boilerplate.pages[index] = number


def _number_footers(lines: list[Line], boilerplate: PageBoilerplate) -> None:
    """Where running footers that end in a number which counts on are more than the numbers alone, those are the pages'.

    Each chapter may have a footer of its own; together they still count on.
    """
    by_key: dict[str, list[tuple[int, int]]] = {}
    for index in sorted(boilerplate.running):
        if digits := _DIGITS.findall(lines[index].text):
            by_key.setdefault(_key(lines[index].text), []).append((index, int(digits[-1][:4])))
    numbered: list[tuple[int, int]] = []
    for footers in sorted(by_key.values(), key=len, reverse=True):
        counting = sum(second - first in {1, 2} for (_, first), (_, second) in pairwise(footers))
        together = sorted([*numbered, *footers])
        if counting >= 0.7 * (len(footers) - 1) and all(first < second for (_, first), (_, second) in pairwise(together)):
            numbered = together
    if len(numbered) > len(boilerplate.pages):
        boilerplate.pages = dict(numbered)


def _near_breaks(lines: list[Line]) -> set[int]:
    near: set[int] = set()
    for index, line in enumerate([*lines, Line("", True, False)]):
        if line.breaks_page:
            for step in range(1, _REACH + 1):
                if index - step < 0 or len(lines[index - step].text) > _LONGEST:
                    break
                near.add(index - step)
            for step in range(_REACH):
                if index + step >= len(lines) or len(lines[index + step].text) > _LONGEST:
                    break
                near.add(index + step)
    return near


def _key(text: str) -> str:
    """The words with every number alike, so that one footer on a hundred pages is one footer."""
    return " ".join(_DIGITS.sub("0", text).lower().split())
