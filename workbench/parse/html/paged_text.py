"""Text that comes page by page, as plain characters: laid out as a document, and laid out again from its stored text.

The text holds each page's lines as they stand, without trailing blanks; blank lines, one or more, part its paragraphs, and
pages part like paragraphs. So where the pages begin is all that must be kept beside the text to have its layout again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from workbench.domain.errors import MalformedDocument
from workbench.domain.filings.documents import DocumentPage
from workbench.parse.html.decoding import decode, repair
from workbench.parse.html.extracted import Block, BlockKind, ExtractedText, Run

TEXT_EXTRACTOR = "workbench-text/2"

_BETWEEN = "\n\n"
# Control characters that text editors and PDF writers leave behind; lone surrogates have no UTF-8.
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_COLUMNS = re.compile(r"\S {3,}\S")  # what is set in columns by blanks must keep them


class PageText(NamedTuple):
    """One page as it came: its characters, and what the document calls it."""

    text: str
    label: str | None = None


class PagedText(NamedTuple):
    """A document laid out, and where its pages begin; a page without text begins where the next one does."""

    extracted: ExtractedText
    pages: tuple[DocumentPage, ...]


def extract_text(content: bytes) -> PagedText:
    """Plain text; a form feed begins a page. Raises MalformedDocument for what is empty or not text."""
    sheets = decode(content).split("\f")
    if len(sheets) > 1 and not sheets[-1].strip():  # many printers end the last page with one too
        sheets.pop()
    laid_out = lay_out([PageText(sheet) for sheet in sheets])
    return laid_out if len(sheets) > 1 else PagedText(laid_out.extracted, ())


def lay_out(sheets: Sequence[PageText]) -> PagedText:
    """The pages as one document. Raises MalformedDocument when none of them holds text."""
    pieces: list[str] = []
    pages: list[DocumentPage] = []
    position = 0
    for number, sheet in enumerate(sheets, 1):
        text = _BETWEEN.join(_paragraphs(sheet.text))
        start = position + len(_BETWEEN) * bool(pieces)
        label = sheet.label if sheet.label and sheet.label != str(number) else None
        pages.append(DocumentPage(number, start, label))
        if text:
            pieces.append(text)
            position = start + len(text)
    if not pieces:
        raise MalformedDocument("the document holds no text")
    last = [page._replace(start=min(page.start, position)) for page in pages]
    return PagedText(lay_out_again(_BETWEEN.join(pieces), last), tuple(last))


def lay_out_again(text: str, pages: Sequence[DocumentPage] = ()) -> ExtractedText:
    """The layout of text that `lay_out` made, from that text and where its pages begin."""
    breaks = {page.start for page in pages[1:]}
    blocks = [_block(text, start, end, start in breaks) for start, end in _spans(text)]
    numbers = tuple((page.start, page.number) for page in pages)
    return ExtractedText(text, tuple(blocks), pages=numbers, _starts=tuple(block.start for block in blocks))


def _paragraphs(text: str) -> Iterator[str]:
    lines: list[str] = []
    for raw in repair(_CONTROLS.sub(" ", text)).splitlines():
        line = raw.expandtabs().rstrip()
        if line:
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def _spans(text: str) -> Iterable[tuple[int, int]]:
    at = 0
    for paragraph in text.split(_BETWEEN):
        yield at, at + len(paragraph)
        at += len(paragraph) + len(_BETWEEN)


def _block(text: str, start: int, end: int, breaks_page: bool) -> Block:
    kind: BlockKind = "preformatted" if _COLUMNS.search(text, start, end) else "paragraph"
    return Block(start, end, kind, (Run(start, end, 0, 0.0, None),), breaks_page=breaks_page)
