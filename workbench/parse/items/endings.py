"""Where an item's text ends before the next one begins: at signatures, and before what belongs to no item."""

from __future__ import annotations

import re

from workbench.parse.html.extracted import ExtractedText

_SIGNATURES = re.compile(
    r"^[^\w\n]{0,6}(?:\d{1,3}\s+)?signatures?[^\w\n]{0,6}$(?=.{0,900}?(?:pursuant|in accordance with|undersigned))"
    # Some filers leave the word out.
    r"|^\W{0,6}pursuant\s+to\s+the\s+requirements?\s+of\b.{0,250}?\bduly\s+caused\s+this\b",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
# An item that holds one such sentence ends with it: what follows Item 16 of a 10-K belongs to no item.
_NOTHING = re.compile(
    r"\W*(?:none|not\s+applicable|n/?a|omitted|(?:the\s+)?(?:company|registrant|we)\b[^.\n]{0,80}\bnot\b)[^\n]{0,200}",
    re.IGNORECASE,
)
_OFFICERS = re.compile(
    r"\W*(?:(?:unnumbered\s+)?item\s+(?:4[a-c]|x)?\W*)?(?:(?:information\s+)?(?:about|regarding|concerning)\s+)?(?:our\s+|the\s+)?"
    r"executive\s+officers\b",
    re.IGNORECASE,
)
# What may stand between an item and the next heading: a page number, a running header, the title of the next part or of an
# 8-K's next section.
_PARTS_ALONE = re.compile(
    r"\W*part\s+(?:IV|I{1,3})(?:\s*,\s*(?:IV|I{1,3}))*(?:\W+(?:other|financial)\s+information)?\W*", re.IGNORECASE
)
_TITLE_OF_PART = re.compile(r"\W*(?:other|financial)\s+information\W*", re.IGNORECASE)
_BETWEEN = re.compile(
    r"(?i:\W*(?:page\s*)?(?:[A-Z]{1,2}-)?(?:\d{1,3}|[ivxl]{1,6})\W*(?:\s+\d{1,3}\W*)?)"  # the number of a page
    r"|(?i:\W*items?\s+\d{1,2}[A-C]?(?:\s*,\s*\d{1,2}[A-C]?)*\W*)"
    rf"|(?i:{_PARTS_ALONE.pattern})"
    r"|\W*(?i:section)\s+\d(?:\W+[A-Z][^.;]{0,120})?\.?"
)
# The title of another item with nothing behind it: the list of a part's items on a page of their own, or a running header.
_ITEM_TITLE = re.compile(r"\W*items?\s+\d{1,2}(?:\.\d\d|[A-C])?\s*[.:—–-]\s*\S[^\n]*", re.IGNORECASE)
_LONGEST_TITLE = 250
_MOST_BETWEEN = 12


def signatures(text: str) -> set[int]:
    """Where signatures begin."""
    return {match.start() for match in _SIGNATURES.finditer(text)}


def own_end(document: ExtractedText, begin: int, end: int) -> int:
    """The end of an item's own text in [begin, end): before page numbers, running headers and the title of the next section.

    A title of the next part ends the item too, unless a preamble follows it, and so does a list of its items behind it.
    """
    at = end = begin + len(document.text[begin:end].rstrip())
    last = document.block_index(end - 1)
    for index in range(last, max(last - _MOST_BETWEEN, -1), -1):
        block = document.blocks[index]
        line = document.text[block.start : min(block.end, at)]
        if block.start < begin or block.kind == "row" or len(line) > _LONGEST_TITLE:
            break
        at = block.start
        if block.is_boilerplate or _BETWEEN.fullmatch(line) or _is_title_of_part(document, index, line):
            end = at
        elif not _ITEM_TITLE.fullmatch(line):
            break
    return begin + len(document.text[begin:end].rstrip())


def _is_title_of_part(document: ExtractedText, index: int, line: str) -> bool:
    """Whether a line is the title of a part whose number stands in the block before it."""
    before = document.blocks[index - 1] if index else None
    return bool(before and _TITLE_OF_PART.fullmatch(line) and _PARTS_ALONE.fullmatch(document.text[before.start : before.end]))


def end_of_summary(text: str, begin: int, end: int) -> int:
    """Where Item 16 of a 10-K ends that says there is no summary: statements or exhibits may follow it."""
    phrase = _NOTHING.match(text, begin, end)
    return phrase.end() if phrase else end


def before_officers(document: ExtractedText, begin: int, end: int) -> int:
    """Where the list of executive officers begins that Part I may hold after Item 4 (Item 401 of Regulation S-K).

    `begin` is the end of the item's heading.
    """
    for index in range(document.block_index(begin - 1) + 1, len(document.blocks)):
        block = document.blocks[index]
        if block.start >= end:
            break
        line = document.text[block.start : block.end]
        stands_out = block.is_bold or line.isupper() or block.align == "center" or line.lower().startswith("item")
        if len(line) <= _LONGEST_TITLE and stands_out and _OFFICERS.match(line):
            return block.start
    return end
