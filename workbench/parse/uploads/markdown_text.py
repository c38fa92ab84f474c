"""The text of a Markdown document: made HTML, which the parser of filings then reads."""

from __future__ import annotations

from dataclasses import replace

from markdown_it import MarkdownIt

from workbench.domain.errors import MalformedDocument
from workbench.domain.filings.documents import DocumentPage
from workbench.parse.html.decoding import decode
from workbench.parse.html.extracted import Block, Cell, ExtractedText, Link, Run
from workbench.parse.html.filing_html import extract
from workbench.parse.html.paged_text import PagedText

MARKDOWN_EXTRACTOR = "workbench-markdown/2"
MOST_BYTES = 8 * 1024 * 1024

_BETWEEN = "\n\n"


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
    texts = [_page(markdown, sheet) for sheet in sheets]
    if not any(texts):
        raise MalformedDocument("the document holds no text")
    joined = _join(texts)
    return joined if len(sheets) > 1 else PagedText(joined.extracted, ())


def _page(markdown: MarkdownIt, sheet: str) -> ExtractedText | None:
    if not sheet.strip():
        return None
    try:
        return extract(f"<html><body>{markdown.render(sheet)}</body></html>".encode())
    except MalformedDocument:  # a page of nothing but rules or pictures
        return None


def _join(texts: list[ExtractedText | None]) -> PagedText:
    pieces: list[str] = []
    blocks: list[Block] = []
    links: list[Link] = []
    pages: list[DocumentPage] = []
    position = tables = 0
    for number, page in enumerate(texts, 1):
        start = position + len(_BETWEEN) * bool(pieces)
        pages.append(DocumentPage(number, start))
        if page is None:
            continue
        pieces.append(page.text)
        blocks += [_moved(block, start, tables, index == 0 and number > 1) for index, block in enumerate(page.blocks)]
        links += [Link(link.start + start, link.end + start, link.target) for link in page.links]
        tables = max((block.table or 0 for block in blocks), default=0)
        position = start + len(page.text)
    placed = tuple(page._replace(start=min(page.start, position)) for page in pages)
    numbers = tuple((page.start, page.number) for page in placed)
    starts = tuple(block.start for block in blocks)
    extracted = ExtractedText(_BETWEEN.join(pieces), tuple(blocks), tuple(links), {}, numbers, starts)
    return PagedText(extracted, placed)


def _moved(block: Block, by: int, tables: int, breaks_page: bool) -> Block:
    return replace(
        block,
        start=block.start + by,
        end=block.end + by,
        runs=_runs_moved(block.runs, by),
        cells=tuple(_cell_moved(cell, by) for cell in block.cells),
        table=None if block.table is None else block.table + tables,
        breaks_page=block.breaks_page or breaks_page,
    )


def _cell_moved(cell: Cell, by: int) -> Cell:
    return cell._replace(start=cell.start + by, end=cell.end + by, runs=_runs_moved(cell.runs, by))


def _runs_moved(runs: tuple[Run, ...], by: int) -> tuple[Run, ...]:
    return tuple(run._replace(start=run.start + by, end=run.end + by) for run in runs)
