"""Page numbers and running headers: they stay in the text, but no passage is made of them."""

from __future__ import annotations

import re
from collections import Counter

from workbench.parse.extracted import Block, ExtractedText

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—\s]*(?:[a-z]{1,2}[-–—])?(?:\d{1,4}|[ivxl]{1,6})(?:\s*of\s*\d{1,4})?[-–—\s]*", re.IGNORECASE
)
_LONGEST = 150  # characters of a running header
_REACH = 3  # blocks between it and the page break
_REPEATS = 3


def mark_furniture(document: ExtractedText) -> None:
    """Marks blocks beside a page break that are page numbers, or that repeat beside other page breaks."""
    text, blocks = document.text, document.blocks
    near = sorted(_near_breaks(blocks))
    keys = {index: _key(text, blocks[index]) for index in near if blocks[index].end - blocks[index].start <= _LONGEST}
    counts = Counter(keys.values())
    for index, key in keys.items():
        if counts[key] >= _REPEATS or _PAGE_NUMBER.fullmatch(key):
            blocks[index].is_furniture = True


def _near_breaks(blocks: tuple[Block, ...]) -> set[int]:
    near: set[int] = set()
    for index, block in enumerate(blocks):
        if block.breaks_page:
            for step in range(_REACH):
                if index - 1 - step < 0 or not _is_short(blocks[index - 1 - step]):
                    break
                near.add(index - 1 - step)
            for step in range(_REACH):
                if index + step >= len(blocks) or not _is_short(blocks[index + step]):
                    break
                near.add(index + step)
    return near


def _is_short(block: Block) -> bool:
    return block.end - block.start <= _LONGEST


def _key(text: str, block: Block) -> str:
    """The block's words with every number alike, so that one footer on a hundred pages is one footer."""
    return " ".join(_DIGITS.sub("0", text[block.start : block.end]).lower().split())
