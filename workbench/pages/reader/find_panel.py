"""Find in filing: a search box, the matches in the opened document, and their number in its other documents."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from workbench.analysis.filings.find import excerpt, find_spans
from workbench.domain.errors import InvalidRequest, WorkbenchError
from workbench.domain.filings.filing import Document, Section
from workbench.ingest.filings.documents import read_text
from workbench.pages.frame.markup import href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.reader.opened import Opened
from workbench.runtime import Workbench

_TEMPLATE = "reader/find_panel.html"
_LISTED = 100
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Matches:
    """The matches in the opened document, and their number in each other document of the filing that has any.

    `message` says why nothing was looked for.
    """

    spans: tuple[Span, ...] = ()
    elsewhere: tuple[tuple[Document, int], ...] = ()
    message: str = ""

    def number_in(self, section: Section) -> int:
        """The number of matches that begin in the section."""
        return bisect_left(self.spans, (section.end, 0)) - bisect_left(self.spans, (section.start, 0))


def find_in_filing(workbench: Workbench, opened: Opened, words: str) -> Matches:
    """The matches of `words` in all documents of the filing that are here; nothing for no words."""
    if not words:
        return Matches()
    try:
        spans = find_spans(opened.text, words)
    except InvalidRequest as error:
        return Matches(message=f"{error.message[:1].upper()}{error.message[1:]}.")
    others = [each for each in opened.siblings if each.document_id != opened.document.document_id]
    counts = [(other, _number(workbench, other, words)) for other in others]
    return Matches(tuple(spans), tuple((other, count) for other, count in counts if count))


def _number(workbench: Workbench, document: Document, words: str) -> int:
    try:
        return len(find_spans(read_text(workbench.objects, document), words))
    except WorkbenchError:  # one whose text is lost is no reason to find nothing in the others
        return 0


def first_match(selection: Selection, matches: Matches, section: Section | None) -> Selection:
    """The selection at the first match: of its item if it names one, else of the document; as it is if that has none."""
    low, high = (section.start, section.end) if section and selection.item else (0, 1 << 31)
    span = next((each for each in matches.spans if low <= each[0] < high), None)
    if span is None or selection.start is not None:
        return selection
    return replace(selection, start=span[0], end=span[1])


def find_panel(opened: Opened, matches: Matches, selection: Selection, section: Section | None) -> Markup:
    """The search box, the place among the matches with links to the previous and next one, and a list of them."""
    here = replace(selection, q="", start=None, end=None, item="", from_="", show="")
    box = {"words": selection.q, "message": matches.message, "fields": here.parameters()}
    if not selection.q or matches.message:
        return fragment(_TEMPLATE, "find", box, None)
    at = selection.start if selection.start is not None else section.start if section else 0
    place = bisect_left(matches.spans, (at, 0))
    current = matches.spans[place] if place < len(matches.spans) and matches.spans[place][0] == selection.start else None
    shown = {
        "place": f"{place + 1 if current else '–'} of {len(matches.spans):,}" if matches.spans else "No match",
        "back": _link(matches.spans, place - 1, selection),
        "on": _link(matches.spans, place + 1 if current else place, selection),
        "without": href("reader", replace(selection, q="", start=None, end=None)),
        "matches": [_match(opened, span, selection) for span in matches.spans[:_LISTED]],
        "more": f"{len(matches.spans) - _LISTED:,}" if len(matches.spans) > _LISTED else "",
        "elsewhere": [_elsewhere(document, count, selection) for document, count in matches.elsewhere],
    }
    return fragment(_TEMPLATE, "find", box, shown)


def _link(spans: Sequence[Span], place: int, selection: Selection) -> dict[str, str] | None:
    """The match at this place; beyond the last one the first, and before the first the last."""
    if not spans:
        return None
    return passage_link(spans[place % len(spans)], selection)


def passage_link(span: Span, selection: Selection) -> dict[str, str]:
    """The link to a span of the document in the reader."""
    target = replace(selection, item="", start=span[0], end=span[1], from_="", show="")
    return {"href": href("reader", target), "value": f"{span[0]}-{span[1]}"}


def _match(opened: Opened, span: Span, selection: Selection) -> dict[str, Any]:
    before, match, after = excerpt(opened.text, span)
    section = next((each for each in opened.sections if each.start <= span[0] < each.end), None)
    return {
        **passage_link(span, selection), "before": before, "match": match, "after": after,
        "place": section.label if section else "",
        "is_current": span == (selection.start, selection.end),
    }  # fmt: skip


def _elsewhere(document: Document, count: int, selection: Selection) -> dict[str, str]:
    accession = document.accession.text if document.accession else ""
    target = Selection(accession=accession, document=document.name, as_of=selection.as_of, q=selection.q)
    return {"href": href("reader", target), "title": document.title or document.name, "count": f"{count:,}"}
