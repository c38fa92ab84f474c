"""The text of a PDF by its pages, with what the PDF calls them.

Only `pdf_reader` runs this, in a process of its own: a PDF comes from anywhere, and the library that reads it is not written
in Python.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pypdfium2 import PdfDocument, PdfiumError, PdfTextPage

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.paged_text import PageText

MOST_PAGES = 20_000
MOST_CHARACTERS = 40_000_000

_RECOGNIZE = "run it through text recognition (OCR) first, or set WORKBENCH_OCR__KIND=tesseract"
_POINTS_AN_INCH, _DOTS_AN_INCH, _MOST_DOTS = 72, 300, 40_000_000
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_END = b"%%EOF"
# Lines of one paragraph stand closer than paragraphs do: beyond this share of the page's usual distance one ends.
_PARAGRAPH = 1.4
_FEWEST_LINES = 4
_HYPHENATED = re.compile("[\ufffe\x02]")  # where PDFium joined a word that was parted at the end of a line


def read_pages(content: bytes, *, may_be_blank: bool = False) -> list[PageText]:
    """Each page's text in reading order, paragraphs parted by blank lines; a page that is a picture has none.

    Raises MalformedDocument for a PDF that is damaged, cut short, locked, or larger than MOST_PAGES and MOST_CHARACTERS, and,
    unless it `may_be_blank`, for one without any text.
    """
    document, count = _open(content)
    pages, characters = [], 0
    for index in range(count):
        try:
            text = _page_text(document, index)
        except PdfiumError:
            raise MalformedDocument(f"the PDF is damaged: page {index + 1} of {count} cannot be read") from None
        characters += len(text)
        if characters > MOST_CHARACTERS:
            raise MalformedDocument(f"the PDF holds over {MOST_CHARACTERS:,} characters")
        pages.append(PageText(text, document.get_page_label(index).strip() or None))
    if not characters and not may_be_blank:
        raise MalformedDocument("the PDF holds no text, only pictures of pages", hint=_RECOGNIZE)
    return pages


def page_pictures(content: bytes, numbers: Sequence[int]) -> list[bytes]:
    """Pictures of these pages, counted from 1, in grey at 300 dots an inch (less for very large pages), as PGM files.

    Raises MalformedDocument as `read_pages` does.
    """
    document, count = _open(content)
    pictures = []
    for number in numbers:
        try:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(_DOTS_AN_INCH / _POINTS_AN_INCH, (_MOST_DOTS / max(width * height, 1.0)) ** 0.5)
            bitmap = page.render(scale=scale, grayscale=True)
        except PdfiumError:
            raise MalformedDocument(f"the PDF is damaged: page {number} of {count} cannot be read") from None
        rows = bytes(bitmap.buffer)
        lines = (rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride))
        pictures.append(b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines))
    return pictures


def _open(content: bytes) -> tuple[PdfDocument, int]:
    """The document and its number of pages."""
    # ISO 32000 wants the marker within the last 1024 bytes; without it the end, and with it pages, may be missing.
    if _END not in content.rstrip(b"\0\r\n \t")[-2048:]:
        raise MalformedDocument("the PDF is damaged: its end is missing", hint="fetch it again, whole")
    try:
        document = PdfDocument(content)
        count = len(document)
    except PdfiumError as error:
        raise _refusal(error) from None
    if not count:
        raise MalformedDocument("the PDF is damaged: it has no pages")
    if count > MOST_PAGES:
        raise MalformedDocument(f"the PDF has {count:,} pages; at most {MOST_PAGES:,} are read")
    return document, count


def _refusal(error: PdfiumError) -> MalformedDocument:
    if getattr(error, "err_code", None) == _PASSWORD_ERROR:
        return MalformedDocument("the PDF is locked with a password", hint="save a copy without one and add that")
    return MalformedDocument("the PDF is damaged and cannot be read")


def _page_text(document: PdfDocument, index: int) -> str:
    page = document[index]
    text_page = page.get_textpage()
    try:
        raw = text_page.get_text_range()
        lines = raw.split("\r\n")
        # Characters outside the Basic Multilingual Plane count twice in PDFium, so that places would be off.
        tops = _tops(text_page, lines) if text_page.count_chars() == len(raw) else {}
    finally:
        text_page.close()
        page.close()
    return _HYPHENATED.sub("", _parted(lines, tops)).strip()


def _tops(text_page: PdfTextPage, lines: list[str]) -> dict[int, float]:
    """How high on the page each line begins, in points, by its index; lines of blanks are left out."""
    tops: dict[int, float] = {}
    at = 0
    for index, line in enumerate(lines):
        blanks = len(line) - len(line.lstrip())
        if line.strip():
            tops[index] = text_page.get_charbox(at + blanks)[3]
        at += len(line) + 2
    return tops


def _parted(lines: list[str], tops: dict[int, float]) -> str:
    """The lines with a blank one between paragraphs, known by their distance; as they are on a page of very few lines."""
    stored = [index for index, line in enumerate(lines) if line.strip()]
    steps = [tops[above] - tops[below] for above, below in pairwise(stored)] if tops else []
    down = [step for step in steps if step > 1]
    if len(down) < _FEWEST_LINES:
        return "\n".join(lines[index] for index in stored)
    usual = sorted(down)[len(down) // 4]  # not the middle one: where paragraphs are short, most steps part them
    pieces = [lines[stored[0]]]
    for index, step in zip(stored[1:], steps, strict=True):
        pieces.append("\n\n" if step > _PARAGRAPH * usual or step < -usual else "\n")
        pieces.append(lines[index])
    return "".join(pieces)
