"""The SEC's Atom feed of the latest filings (`browse-edgar?action=getcurrent&output=atom`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lxml import etree

from workbench.domain.errors import InvalidIdentifier, MalformedDocument
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik

_ATOM = {"a": "http://www.w3.org/2005/Atom"}
# `4 - CARVANA CO. (0001690820) (Issuer)`: the number belongs to the filer in the role that ends the title.
_FILER = re.compile(r"\((\d{10})\) \([^()]*\)\s*$")
_FILED = re.compile(r"Filed:(?:</b>)?\s*(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page: an entry for each filer of each filing, newest first. `oldest` is when the last entry came; None when
    the page is empty. `dropped` counts entries that cannot be one.
    """

    filings: tuple[Filing, ...]
    oldest: datetime | None
    dropped: int


def parse_current_feed(content: bytes) -> FeedPage:
    """Reads one page; the filings know filer, accession, form and day. Raises MalformedDocument when it is no feed."""
    name = "the feed of latest filings"
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise MalformedDocument(f"{name}: it is not XML", document=name) from None
    if root.tag != f"{{{_ATOM['a']}}}feed":
        raise MalformedDocument(f"{name}: it is not an Atom feed", document=name)
    filings, moments, dropped = [], [], 0
    for entry in root.findall("a:entry", _ATOM):
        try:
            filing, moment = _entry(entry)
        except (InvalidIdentifier, ValueError):
            dropped += 1
            continue
        filings.append(filing)
        moments.append(moment)
    return FeedPage(tuple(filings), min(moments, default=None), dropped)


def _entry(entry: etree._Element) -> tuple[Filing, datetime]:
    title, identifier = entry.findtext("a:title", "", _ATOM), entry.findtext("a:id", "", _ATOM)
    filed = _FILED.search(entry.findtext("a:summary", "", _ATOM))
    filer = _FILER.search(title)
    category = entry.find("a:category", _ATOM)
    form = category.get("term", "").strip() if category is not None else ""
    moment = datetime.fromisoformat(entry.findtext("a:updated", "", _ATOM)).astimezone(UTC)
    if not filed or not filer or not form:
        raise ValueError("no filing")
    accession = Accession.parse(identifier.rpartition("=")[2])
    return Filing(Cik.parse(filer[1]), accession, form, date.fromisoformat(filed[1])), moment
