"""Reading a PDF in a process of its own (see `bounded_process`): its pages, or pictures of some."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

from workbench.parse.html.paged_text import PageText
from workbench.parse.uploads.bounded_process import ask, serve

PDF_EXTRACTOR = "workbench-pdf/2"

_MODULE = "workbench.parse.uploads.pdf_reader"


def read_pdf(content: bytes, *, may_be_blank: bool = False) -> list[PageText]:
    """The pages of a PDF as `read_pages` of `pdf_text` reads them; raises MalformedDocument as it does, and for a PDF whose
    reading takes too long, too much memory, or crashes; Interrupted when the work of this thread is cancelled.
    """
    answer = ask(_MODULE, "PDF", content, "blank" if may_be_blank else "text")
    return [PageText(text, label) for text, label in answer["pages"]]


def pictures_of(content: bytes, numbers: Sequence[int]) -> list[bytes]:
    """Pictures of a few pages, as `page_pictures` of `pdf_text` makes them; raises MalformedDocument as `read_pdf`."""
    return [b64decode(each) for each in ask(_MODULE, "PDF", content, "pictures", *map(str, numbers))["pictures"]]


def _read(content: bytes, arguments: list[str]) -> dict[str, Any]:
    from workbench.parse.uploads.pdf_text import page_pictures, read_pages

    what, *numbers = arguments
    if what == "pictures":
        return {"pictures": [b64encode(each).decode() for each in page_pictures(content, list(map(int, numbers)))]}
    return {"pages": read_pages(content, may_be_blank=what == "blank")}


if __name__ == "__main__":
    serve(_read)
