"""The text of a Markdown document: made HTML, which the parser of filings then reads."""

from __future__ import annotations

from markdown_it import MarkdownIt

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.decoding import decode
from workbench.parse.html.paged_html import HtmlPage, lay_out_html
from workbench.parse.html.paged_text import PagedText

MARKDOWN_EXTRACTOR = "workbench-markdown/2"
MOST_BYTES = 8 * 1024 * 1024


def extract_markdown(content: bytes) -> PagedText:
    """Headings, lists and tables of CommonMark; HTML inside is text. A form feed begins a page.

    Raises MalformedDocument for what is empty, not text, or larger than MOST_BYTES.
    """
    if len(content) > MOST_BYTES:
        raise MalformedDocument(f"the Markdown has {len(content) / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB are read")
    sheets = decode(content).split("\f")
    if len(sheets) > 1 and not sheets[-1].strip():
        sheets.pop()
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    return lay_out_html([HtmlPage(markdown.render(sheet) if sheet.strip() else "") for sheet in sheets])
