"""Reading Word documents, Excel workbooks and presentations in a process of its own (see `bounded_process`)."""

from __future__ import annotations

from typing import Any, NamedTuple

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.paged_html import HtmlPage, lay_out_html
from workbench.parse.html.paged_text import PagedText
from workbench.parse.uploads.bounded_process import ask, serve
from workbench.parse.uploads.office_package import OfficeFormat

OFFICE_EXTRACTOR = "workbench-office/1"


class OfficeText(NamedTuple):
    """A document that was read, and the title among its properties."""

    paged: PagedText
    title: str | None


def read_office(content: bytes, kind: OfficeFormat) -> OfficeText:
    """The text with its tables; sheets and slides are pages. Raises MalformedDocument, also for a package that would unpack
    to too much and for one whose reading takes too long, too much memory, or crashes.
    """
    answer = ask("workbench.parse.uploads.office_reader", _NAMES[kind], content, kind)
    return OfficeText(lay_out_html([HtmlPage(body, label) for body, label in answer["pages"]]), answer["title"])


_NAMES = {
    OfficeFormat.WORD: "Word document",
    OfficeFormat.WORKBOOK: "workbook",
    OfficeFormat.SLIDES: "presentation",
}


def _read(content: bytes, arguments: list[str]) -> dict[str, Any]:
    from workbench.parse.uploads.office_package import check_package, stated_title

    check_package(content)
    kind = OfficeFormat(arguments[0])
    if kind is OfficeFormat.WORD:
        from workbench.parse.uploads.word_text import word_pages as read
    elif kind is OfficeFormat.WORKBOOK:
        from workbench.parse.uploads.workbook_text import workbook_pages as read
    else:
        from workbench.parse.uploads.slides_text import slide_pages as read
    pages = read(content)
    if not pages:
        raise MalformedDocument(f"the {_NAMES[kind]} is empty")
    return {"pages": pages, "title": stated_title(content)}


if __name__ == "__main__":
    serve(_read)
