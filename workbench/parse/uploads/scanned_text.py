"""Pages of a PDF that are pictures, read by text recognition."""

from __future__ import annotations

from collections.abc import Callable

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.paged_text import PagedText, PageText, lay_out
from workbench.parse.uploads.pdf_reader import PDF_EXTRACTOR, pictures_of, read_pdf

Recognize = Callable[[bytes], str]

SCANNED_EXTRACTOR = f"{PDF_EXTRACTOR}+ocr"
MOST_SCANNED = 500
_AT_ONCE = 8  # pictures in memory


def read_scanned(content: bytes, recognize: Recognize) -> tuple[PagedText, bool]:
    """The text of a PDF and whether any of it was recognized: pages with text keep it, the others are seen as pictures.

    Raises MalformedDocument as `read_pdf` does, for more than MOST_SCANNED pictures, and where none holds text.
    """
    sheets = read_pdf(content, may_be_blank=True)
    blank = [number for number, sheet in enumerate(sheets, start=1) if not sheet.text.strip()]
    if len(blank) > MOST_SCANNED:
        raise MalformedDocument(f"the PDF has {len(blank):,} scanned pages; at most {MOST_SCANNED} are recognized")
    for first in range(0, len(blank), _AT_ONCE):
        numbers = blank[first : first + _AT_ONCE]
        for number, picture in zip(numbers, pictures_of(content, numbers), strict=True):
            sheets[number - 1] = PageText(recognize(picture), sheets[number - 1].label)
    is_recognized = any(sheets[number - 1].text for number in blank)
    return lay_out(sheets), is_recognized
