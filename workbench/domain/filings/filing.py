"""Filings, their documents, and the items found in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.identity import Accession, Cik

# Reports, events and proxies; the many ownership forms (3, 4, 5, 144, 13G) would hide them.
REPORT_FORMS = (
    "10-K", "10-K/A", "10-KT", "10-K405", "10-Q", "10-Q/A", "10-QT", "8-K", "8-K/A", "20-F", "20-F/A", "40-F", "6-K",
    "DEF 14A", "S-1", "S-1/A", "F-1", "424B4", "11-K", "ARS",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filing:
    """One row of a company's submissions. `report_on` is the period or event date; `items` are 8-K item numbers."""

    cik: Cik
    accession: Accession
    form: str
    filed_on: date
    report_on: date | None = None
    accepted_at: datetime | None = None
    items: tuple[str, ...] = ()
    primary_document: str | None = None
    description: str | None = None
    size_bytes: int | None = None
    is_xbrl: bool = False
    is_inline_xbrl: bool = False


_ITEM_NAME = re.compile(
    r"(?:(?:part\s*)?(?P<part>IV|I{1,3})[\s.,:/_-]+)?(?:item\s*)?(?P<item>\d{1,2}(?:\.\d\d)?[A-K]?|S\d{1,2})"
    r"|section\s*(?P<section>\d{1,2})",
    re.IGNORECASE,
)

SectionStatus = Literal["present", "incorporated_by_reference", "omitted", "reserved"]


@dataclass(frozen=True, slots=True)
class Section:
    """One item of a filing: a span [start, end) of characters in the document's extracted text.

    `part` is a Roman numeral or None, `item` as the form prints it (`1A`, `7`, `2.02`), or `S1`, `S2` and so on for the
    sections of a document without items. `confidence` is 0 to 1, `method` how it was found (`toc_link`, `heading`, `pattern`).
    """

    part: str | None
    item: str
    title: str
    start: int
    end: int
    confidence: float
    method: str
    status: SectionStatus = "present"

    @property
    def label(self) -> str:
        """The usual name: `Part II, Item 1A`, `Section 3`."""
        return f"Part {self.part}, {item_label(self.item)}" if self.part else item_label(self.item)


def item_label(item: str) -> str:
    """`Item 1A`, or `Section 3` for a section by its own heading, `S3`."""
    return f"Section {item[1:]}" if re.fullmatch(r"S\d{1,2}", item) else f"Item {item}"


def parse_item(text: str) -> tuple[str | None, str]:
    """The part (a Roman numeral, None if not given) and the item: `II.1A` and `Part II, item 1a` are (`II`, `1A`).

    `S3` and `section 3` are the third section of a document without items.

    Raises InvalidRequest if the text is not in the form of an item.
    """
    match = _ITEM_NAME.fullmatch(text.strip())
    if match is None:
        raise InvalidRequest(f"{text!r} is not an item such as 1A, 2.02 or II.1A")
    if match["section"]:
        return None, f"S{int(match['section'])}"
    part = match.group("part")
    return (part.upper() if part else None), match.group("item").upper()


def select_sections(sections: Sequence[Section], item: str) -> list[Section]:
    """The sections that `item` names: `1A`, `item 1a`, or with its part `II.1A`, `II-1A`, `Part II, Item 1A`.

    An item in two parts of a 10-Q means both sections, unless the part is given. Raises InvalidRequest if the text is not in
    the form of an item, NotFound if the filing does not have it; the hint names the items that it has.
    """
    part, name = parse_item(item)
    results = [one for one in sections if one.item == name and (part is None or one.part == part)]
    if not results:
        names = ", ".join(f"{one.part}.{one.item}" if one.part else one.item for one in sections)
        raise NotFound(
            f"the filing has no item {item.strip()}", hint=f"it has {names}" if names else "no items were found in it"
        )
    return results


@dataclass(frozen=True, slots=True)
class Document:
    """An archived document and its extracted text, both content-addressed in the object store.

    `origin` is `filing`, `upload` or `composed` (a text that code wrote from figures and that states this). `sha256` names the
    raw bytes, `text_sha256` the extracted text (UTF-8) in which spans count; both are None until archived.
    """

    document_id: int
    origin: Literal["filing", "upload", "composed"]
    name: str
    title: str | None
    cik: Cik | None
    accession: Accession | None
    form: str | None
    filed_on: date | None
    sha256: str | None
    text_sha256: str | None
    chars: int | None
    source_url: str | None
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document before its text is read: whose it is, its name, and the hash of its archived bytes.

    `origin`, `sha256` and the other fields are as in `Document`; `owner` is whose upload it is. `has_items` is
    False for an exhibit, which has no form items.
    """

    name: str
    origin: Literal["filing", "upload", "composed"]
    sha256: str
    form: str | None = None
    cik: Cik | None = None
    accession: Accession | None = None
    title: str | None = None
    filed_on: date | None = None
    source_url: str | None = None
    has_items: bool = True
    owner: str | None = None
