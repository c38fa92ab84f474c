"""The index page of a filing: which documents it consists of."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree, html

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.decoding import decode

# Form 8-K's press releases (99), reports to shareholders that a 10-K refers to (13), lists of subsidiaries (21).
_WANTED = re.compile(r"EX-(?:99|13|21)(?:\.\S*)?", re.IGNORECASE)
_SUMMARIES = {"Document Format Files", "Data Files"}


class ListedDocument(NamedTuple):
    """One document of a filing: its type (`10-K`, `EX-99.1`), file name, and what the filer calls it."""

    type: str
    name: str | None
    description: str | None


def parse_filing_index(content: bytes) -> list[ListedDocument]:
    """The documents that the page lists, in its order, data files included; those before 2001 have no name of their own.

    Raises MalformedDocument for what is no such page.
    """
    try:
        page = html.fromstring(decode(content))
    except (etree.LxmlError, ValueError):
        raise MalformedDocument("the index page of the filing is not HTML") from None
    tables = [table for table in page.iter("table") if table.get("summary") in _SUMMARIES]
    if not tables:
        raise MalformedDocument("the index page of the filing lists no documents")
    rows = [list(row.iterchildren("td")) for table in tables for row in table.iter("tr")]
    return [_listed(cells) for cells in rows if len(cells) >= 4]


def is_wanted_exhibit(document_type: str) -> bool:
    """Whether an exhibit says something of its own: press releases, reports to shareholders, lists of subsidiaries."""
    return bool(_WANTED.fullmatch(document_type.strip()))


def _listed(cells: list[html.HtmlElement]) -> ListedDocument:
    _, description, shown, kind = (" ".join(str(cell.text_content()).split()) for cell in cells[:4])
    target = next((link.get("href") for link in cells[2].iter("a")), shown) or ""
    return ListedDocument(kind.upper(), unquote(target.rsplit("/", 1)[-1]) or None, description or None)
