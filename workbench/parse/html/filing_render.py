"""A document for the reader: safe HTML made anew from the extracted layout, so that its offsets are those of the text.

Nothing of the document's own markup is passed on. Each tag and attribute below is written by this module, all text is
escaped, and nothing refers to another address: no script, style sheet, image, form or link can come through.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from types import MappingProxyType

from workbench.parse.html.extracted import BOLD, ITALIC, SUBSCRIPT, SUPERSCRIPT, UNDERLINE, Block, Cell, ExtractedText, Run
from workbench.parse.html.filing_html import extract

_TAGS = ((BOLD, "b"), (ITALIC, "i"), (UNDERLINE, "u"), (SUPERSCRIPT, "sup"), (SUBSCRIPT, "sub"))
_ALIGNED = {"center", "right"}
_LEVEL, _MOST_LEVELS = 9.0, 6  # points that labels are set in for each level, and levels shown
_LARGE, _SMALL = 1.2, 0.82  # of the size most characters have


def render(
    content: bytes, *, start: int | None = None, end: int | None = None, highlight: tuple[int, int] | None = None
) -> str:
    """HTML of the document, or of the span [start, end) of its text.

    Each block carries `data-start`, the offset of its first character. The highlighted span stands in `<mark>`s, the first
    with the id `passage`. A reported figure stands in a `<span data-fact="...">` with the id of its inline XBRL element.
    The text content of the result is the span's, but for white space. Raises MalformedDocument as `extract` does.
    """
    return render_extracted(extract(content), start=start, end=end, highlight=highlight)


def render_extracted(
    document: ExtractedText,
    *,
    start: int | None = None,
    end: int | None = None,
    highlight: tuple[int, int] | None = None,
    matches: Sequence[tuple[int, int]] = (),
    facts: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The same from a document already extracted, which saves parsing it again.

    Spans of `matches`, in order and without overlap, stand in `<mark class="match">`s, but for what is highlighted of them.
    `facts` says of inline XBRL elements, by id, what they report; it is their tooltip.
    """
    length = len(document.text)
    first, last = max(0, start or 0), min(length, length if end is None else end)
    renderer = _Renderer(document.text, (first, last), _Marks(highlight, matches), _usual_size(document), facts)
    blocks = document.blocks[document.block_index(first) :]
    return "".join(renderer.pieces(_until(blocks, last)))


def _until(blocks: tuple[Block, ...], last: int) -> Iterator[Block]:
    for block in blocks:
        if block.start >= last:
            return
        yield block


def _usual_size(document: ExtractedText) -> float:
    """The size in points in which most characters are set."""
    sizes: dict[float, int] = {}
    for block in document.blocks:
        if block.kind == "paragraph":
            sizes[block.size] = sizes.get(block.size, 0) + block.end - block.start
    return max(sizes, key=lambda size: sizes[size], default=0.0)


class _Marks:
    """The highlighted span and the matches beside it, cut so that they do not overlap."""

    def __init__(self, highlight: tuple[int, int] | None, matches: Sequence[tuple[int, int]]) -> None:
        low, high = highlight if highlight and highlight[0] < highlight[1] else (0, 0)
        beside = ((part, False) for start, end in matches for part in ((start, min(end, low)), (max(start, high), end)))
        pieces = [*beside, ((low, high), True)]
        self._pieces = sorted((start, end, is_passage) for (start, end), is_passage in pieces if start < end)
        self._ends = [end for _, end, _ in self._pieces]

    def within(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """The pieces of marks in [start, end), in order, and whether each is of the highlighted span."""
        for place in range(bisect_right(self._ends, start), len(self._pieces)):
            low, high, is_passage = self._pieces[place]
            if low >= end:
                return
            yield max(low, start), min(high, end), is_passage


# Written by code and not by a template: tags open and close where runs, marks and page breaks of the source do, and every text
# is a span of the extracted text, so that a template would hold nothing but calls.
class _Renderer:
    def __init__(self, text: str, span: tuple[int, int], marks: _Marks, usual_size: float, facts: Mapping[str, str]) -> None:
        self._text, (self._first, self._last) = text, span
        self._marks = marks
        self._usual_size = usual_size
        self._facts = facts
        self._is_first_mark = True

    def pieces(self, blocks: Iterator[Block]) -> Iterator[str]:
        for table, group in groupby(blocks, key=lambda block: block.table):
            if table is None:
                for block in group:
                    yield from self._paragraph(block)
            else:
                rows = list(group)
                columns = max(cell.column + cell.span for row in rows for cell in row.cells)
                yield '<div class="table"><table>'
                for row in rows:
                    yield from self._row(row, columns)
                yield "</table></div>\n"

    def _paragraph(self, block: Block) -> Iterator[str]:
        if block.breaks_page:
            yield '<hr class="page">\n'
        tag = "pre" if block.kind == "preformatted" else "p"
        yield f'<{tag} data-start="{block.start}"{self._classes(block)}>'
        yield from self._runs(block.runs)
        yield f"</{tag}>\n"

    def _classes(self, block: Block) -> str:
        names = []
        if block.align in _ALIGNED:
            names.append(block.align)
        if block.is_boilerplate:
            names.append("boilerplate")
        if block.is_bold and block.end - block.start < 200:
            names.append("heading")
        if self._usual_size and block.size >= self._usual_size * _LARGE:
            names.append("large")
        elif self._usual_size and 0 < block.size <= self._usual_size * _SMALL:
            names.append("small")
        return f' class="{" ".join(names)}"' if names else ""

    def _row(self, row: Block, columns: int) -> Iterator[str]:
        yield f'<tr data-start="{row.start}"{" class=boilerplate" if row.is_boilerplate else ""}>'
        at = 0
        for cell in row.cells:
            yield "<td></td>" * (cell.column - at)
            yield from self._cell(cell)
            at = cell.column + cell.span
        yield "<td></td>" * (columns - at) + "</tr>\n"

    def _cell(self, cell: Cell) -> Iterator[str]:
        span = f' colspan="{cell.span}"' if cell.span > 1 else ""
        align = f' class="{cell.align}"' if cell.align in _ALIGNED else ""
        levels = min(_MOST_LEVELS, round(cell.indent / _LEVEL)) if cell.column == 0 else 0
        indent = f' style="padding-left:{levels}em"' if levels > 0 else ""
        yield f"<td{span}{align}{indent}>"
        yield from self._runs(cell.runs)
        yield "</td>"

    def _runs(self, runs: tuple[Run, ...]) -> Iterator[str]:
        for run in runs:
            start, end = max(run.start, self._first), min(run.end, self._last)
            if start >= end:
                continue
            tags = [name for flag, name in _TAGS if run.flags & flag]
            fact = run.fact is not None
            yield "".join(f"<{name}>" for name in tags)
            if fact:
                yield self._fact(run.fact or "")
            yield from self._characters(start, end)
            if fact:
                yield "</span>"
            yield "".join(f"</{name}>" for name in reversed(tags))

    def _fact(self, element: str) -> str:
        reported = self._facts.get(element)
        title = f' title="{escape(reported)}"' if reported else ""
        return f'<span data-fact="{escape(element)}"{title}>'

    def _characters(self, start: int, end: int) -> Iterator[str]:
        """Escaped text, with the parts of it that are highlighted or matched in marks."""
        at = start
        for low, high, is_passage in self._marks.within(start, end):
            yield self._escaped(at, low)
            if not is_passage:
                yield '<mark class="match">'
            elif self._is_first_mark:
                yield '<mark id="passage">'
                self._is_first_mark = False
            else:
                yield "<mark>"
            yield self._escaped(low, high) + "</mark>"
            at = high
        yield self._escaped(at, end)

    def _escaped(self, start: int, end: int) -> str:
        return escape(self._text[start:end], quote=False)
