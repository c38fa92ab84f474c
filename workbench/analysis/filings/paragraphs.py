"""The paragraphs of a span of extracted text, and the comparison of their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from workbench.domain.filings.changes import Paragraph

_BREAK = re.compile(r"\n\s*\n")
_SPACE = re.compile(r"[^\S\n\t]+")
# A paragraph that a page break parts is two in the filing. Lists and headings end without a full stop as well, so its first
# half is known by its length and how it breaks off.
_BREAKS_OFF = re.compile(r"[^\W_][)\]\"”’]?$")
_HALF_CHARACTERS, _HALF_OF_LIST_CHARACTERS = 80, 300
_LEADS_ON = re.compile(r"\b(?:a|an|and|are|as|at|by|for|from|in|is|its|of|on|or|our|that|the|their|to|which|with)$")
# Typewriter and typographic marks mean the same; companies change between them when they change their software.
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"})

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_COUNT = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)"
)
_GAP = r"(?:[^\S\n\t]|\n(?!\s*\t))"  # between words of one cell
_AMOUNT = rf"(?:[$€£¥]{_GAP}?)?\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?\b%?"
_TOKEN = re.compile(
    rf"(?P<date>{_MONTH}{_GAP}+\d{{1,2}}(?:,{_GAP}*\d{{4}})?\b|{_MONTH}{_GAP}+\d{{4}}\b)"
    rf"|(?P<quarter>(?:first|second|third|fourth)(?=\s+(?:fiscal\s+)?quarter))"
    rf"|(?P<number>(?:[$€£¥]{_GAP}?)?\({_AMOUNT}\)|{_AMOUNT}(?:{_GAP}+(?:thousand|million|billion|trillion)\b)?|\b{_COUNT}(?:-{_COUNT})?\b)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)|(?P<space>\s+)|(?P<mark>[^\w\s]|_)|(?P<rest>\w)"
)


class Token(NamedTuple):
    """A word, a number or date (`is_number`), a stretch of white space, or a mark.

    `key` compares it: two words of one key are the same word; `mask` is the key, and `#` for every number.
    """

    text: str
    key: str
    mask: str
    is_number: bool

    @property
    def is_word(self) -> bool:
        """Whether it has letters and is no number."""
        return not self.is_number and self.key[:1].isalpha()


def split_paragraphs(
    text: str, start: int = 0, end: int | None = None, *, boilerplate: Sequence[tuple[int, int]] = ()
) -> list[Paragraph]:
    """The paragraphs of text[start:end] in order, none of them empty; a table is one.

    `boilerplate` are spans that are no part of the text, in order. A paragraph that a page break parts is made whole, when it
    shows that it goes on.
    """
    end = len(text) if end is None else end
    pieces: list[list[tuple[int, int]]] = []
    for low, high in _stretches(start, end, boilerplate):
        for begin, stop in _blocks(text, low, high):
            if pieces and _goes_on(text[slice(*pieces[-1][-1])], text[begin:stop]):
                pieces[-1].append((begin, stop))
            else:
                pieces.append([(begin, stop)])
    return [
        Paragraph(number, spans[0][0], spans[-1][1], " ".join(_plain(text[low:high]) for low, high in spans))
        for number, spans in enumerate(pieces)
    ]


def _stretches(start: int, end: int, boilerplate: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    result, at = [], start
    for low, high in boilerplate:
        if at <= low < high <= end:
            result.append((at, low))
            at = high
    return [*result, (at, end)]


def _blocks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    result, at = [], start
    for gap in [*_BREAK.finditer(text, start, end), None]:
        low, high = at, gap.start() if gap else end
        while low < high and text[low].isspace():
            low += 1
        while high > low and text[high - 1].isspace():
            high -= 1
        if low < high:
            result.append((low, high))
        at = gap.end() if gap else end
    return result


def _goes_on(before: str, after: str) -> bool:
    if "\t" in before or "\t" in after:
        return False
    if after[0].islower():
        breaks_off = len(before) >= _HALF_CHARACTERS and _BREAKS_OFF.search(before)
        return bool(breaks_off or (len(before) >= _HALF_OF_LIST_CHARACTERS and before.endswith(",")))
    return len(before) >= _HALF_CHARACTERS and bool(_LEADS_ON.search(before))


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text)


def comparable(text: str) -> str:
    """The text with its marks plain and every white space one space: equal for paragraphs that say the same."""
    return " ".join(text.translate(_MARKS).split())


def tokens(text: str) -> list[Token]:
    """The text cut into words, numbers, white space and marks; their texts together are the text again."""
    results = []
    in_table = "\t" in text
    for match in _TOKEN.finditer(text):
        piece, kind = match.group(), match.lastgroup
        if kind == "space":
            results.append(Token(piece, " ", " ", False))
            continue
        key = " ".join(piece.translate(_MARKS).split())
        # A dash alone in its cell is a zero.
        is_number = kind in ("date", "quarter", "number") or (in_table and key == "-" and _is_alone(text, match))
        results.append(Token(piece, key, "#" if is_number else key, is_number))
    return results


def _is_alone(text: str, match: re.Match[str]) -> bool:
    return text[match.start() - 1 : match.start()] in ("\t", "\n", "") and text[match.end() : match.end() + 1] in (
        "\t",
        "\n",
        "",
    )
