"""A document that comes as HTML page by page, laid out as one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from workbench.domain.errors import MalformedDocument
from workbench.domain.filings.documents import DocumentPage
from workbench.parse.html.extracted import Block, Cell, ExtractedText, Link, Run
from workbench.parse.html.filing_html import extract
from workbench.parse.html.paged_text import PagedText

_BETWEEN = "\n\n"


class HtmlPage(NamedTuple):
    """One page: what stands in its body, and what the document calls it."""

    body: str
    label: str | None = None


def lay_out_html(sheets: Sequence[HtmlPage]) -> PagedText:
    """The pages as one document; one page alone is a document without pages unless it has a label.

    Raises MalformedDocument when none of them holds text.
    """
    texts = [_page(sheet.body) for sheet in sheets]
    if not any(texts):
        raise MalformedDocument("the document holds no text")
    if len(texts) == 1 and texts[0] is not None and sheets[0].label is None:
        return PagedText(texts[0], ())
    return _join(texts, [sheet.label for sheet in sheets])


def _page(body: str) -> ExtractedText | None:
    if not body.strip():
        return None
    try:
        return extract(f"<html><body>{body}</body></html>".encode())
    except MalformedDocument:  # a page of nothing but rules or pictures
        return None


def _join(texts: Sequence[ExtractedText | None], labels: Sequence[str | None]) -> PagedText:
    pieces: list[str] = []
    blocks: list[Block] = []
    links: list[Link] = []
    pages: list[DocumentPage] = []
    position = tables = 0
    for number, (page, label) in enumerate(zip(texts, labels, strict=True), 1):
        start = position + len(_BETWEEN) * bool(pieces)
        pages.append(DocumentPage(number, start, label))
        if page is None:
            continue
        pieces.append(page.text)
        blocks += [_moved(block, start, tables, index == 0 and number > 1) for index, block in enumerate(page.blocks)]
        links += [Link(link.start + start, link.end + start, link.target) for link in page.links]
        tables += max((block.table or 0 for block in page.blocks), default=0)
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
