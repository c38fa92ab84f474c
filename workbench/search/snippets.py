"""The part of a passage worth showing in a list, with the question's words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.domain.filings.passages import Hit

# The end of a row of a table: a line with a tab, then another such line.
_ROW_MARK = "\x1e"
_ROW_END = re.compile(r"(?<=[^\s])\t*\n(?=[^\n]*\t)")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One line of text: `text` with white space joined, and the spans [start, end) in it to show in bold."""

    text: str
    highlights: tuple[tuple[int, int], ...]


def snippet(hit: Hit, length: int = 240) -> Snippet:
    """About `length` characters of the hit with as many different highlighted words as possible; cut at words, `…` where cut.

    Rows of tables are parted by ` · `.
    """
    start, end = _window(hit, length)
    source = _ROW_END.sub(lambda match: _ROW_MARK.rjust(len(match.group())), hit.text)
    pieces: list[str] = ["… "] if start > 0 else []
    spans: list[tuple[int, int]] = []
    at, size = start, len("".join(pieces))
    for first, last in [span for span in hit.highlights if start <= span[0] and span[1] <= end] + [(end, end)]:
        before, word = _joined(source[at:first]), _joined(source[first:last])
        pieces += [before, word]
        if word:
            spans.append((size + len(before), size + len(before) + len(word)))
        at, size = last, size + len(before) + len(word)
    if end < len(hit.text):
        pieces.append(" …")
    return Snippet("".join(pieces), tuple(spans))


def _window(hit: Hit, length: int) -> tuple[int, int]:
    if len(hit.text) <= length:
        return 0, len(hit.text)
    lead = min(120, length // 4)
    starts = [0, *(max(0, first - lead) for first, _ in hit.highlights)]
    best = max(starts, key=lambda start: (_different_words(hit, start, start + length), -start))
    best = min(best, len(hit.text) - length)
    if best > 0:
        blank = re.compile(r"\s+").search(hit.text, best)
        best = blank.end() if blank and blank.end() < best + 30 else best
    end = min(len(hit.text), best + length)
    if end < len(hit.text):
        cut = max(hit.text.rfind(" ", best, end), hit.text.rfind("\n", best, end))
        end = cut if cut > best + length // 2 else end
    return best, end


def _different_words(hit: Hit, start: int, end: int) -> int:
    marked = (hit.text[first:last] for first, last in hit.highlights if start <= first and last <= end)
    return len({word for text in marked for word in text.lower().split()})


def _joined(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace(_ROW_MARK, " · "))
