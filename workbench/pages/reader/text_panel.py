"""The text of an item, or of the whole document, as the reader shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from workbench.domain.filings.filing import Section, item_label
from workbench.pages.frame.markup import href, key
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.reader.find_panel import Matches
from workbench.pages.reader.opened import Opened, section_key
from workbench.pages.reader.side_by_side import comparisons
from workbench.parse.html.filing_render import render_extracted

_TEMPLATE = "reader/page.html"
_METHODS = {
    "toc_link": "located by the table of contents", "heading": "located by its heading", "pattern": "located by its title",
}  # fmt: skip
_STATUS_NOTES = {
    "incorporated_by_reference": "Incorporated by reference: the filing points to another document for this item.",
    "omitted": "The filing omits this item.",
    "reserved": "This item is reserved.",
}


def text_body(opened: Opened, section: Section | None, matches: Matches, selection: Selection) -> Markup:
    """The text with its layout, the passage highlighted and the matches marked."""
    start, end = (section.start, section.end) if section else (0, len(opened.text))
    highlight = (selection.start, selection.end) if selection.start is not None and selection.end is not None else None
    if opened.extracted is None:
        return plain(opened.text, start, end, highlight)
    # The filing renderer escapes all text of the document.
    rendered = render_extracted(
        opened.extracted, start=start, end=end, highlight=highlight, matches=matches.spans, facts=opened.facts
    )
    return Markup(rendered)  # noqa: S704  # nosec B704


def text_panel(opened: Opened, section: Section | None, body: Markup, selection: Selection, *, is_new: bool) -> Markup:
    """The head of the item, `body`, and the way to the items before and after; if `is_new`, the page scrolls to its top."""
    if section is None:
        return fragment(_TEMPLATE, "text", is_new, None, body, [], bool(selection.from_))
    head, beside = _section_head(opened, section, selection), neighbours(opened.sections, section, selection)
    return fragment(_TEMPLATE, "text", is_new, head, body, beside, bool(selection.from_))


def neighbours(sections: Sequence[Section], current: Section, selection: Selection) -> list[dict[str, str] | None]:
    """Links to the previous and next item, also for the arrow keys; None if there is none."""
    at = next(place for place, section in enumerate(sections) if section is current)
    links: list[dict[str, str] | None] = []
    for place, way, arrow in ((at - 1, "← {}", "ArrowLeft"), (at + 1, "{} →", "ArrowRight")):
        if not 0 <= place < len(sections):
            links.append(None)
            continue
        name = section_key(sections[place], sections)
        target = href("reader", replace(selection, item=name, start=None, end=None))
        label = way.format(f"{item_label(sections[place].item)}, {sections[place].title}")
        links.append({"href": target, "name": name, "key": arrow, "label": label})
    return links


def plain(text: str, start: int, end: int, highlight: tuple[int, int] | None) -> Markup:
    """The stored text without layout, so that citations from an earlier extractor still show the cited text."""
    low, high = highlight or (end, end)
    low, high = min(max(low, start), end), min(max(high, start), end)
    return fragment(_TEMPLATE, "plain", text[start:low], text[low:high], text[high:end])


def _section_head(opened: Opened, section: Section, selection: Selection) -> dict[str, Any]:
    method = _METHODS[section.method]
    return {
        "title": f"{section.label}. {section.title}",
        "method": f"{section.confidence:.0%} confidence, {method}, {section.end - section.start:,} characters",
        "note": _STATUS_NOTES.get(section.status, ""),
        "changes": _changes_link(opened, section, selection),
        "comparisons": comparisons(opened, selection),
        "close": href("reader", replace(selection, from_="", show="")) if selection.from_ else "",
    }


def _changes_link(opened: Opened, section: Section, selection: Selection) -> str:
    if opened.company is None or opened.document.accession is None:
        return ""
    item = section_key(section, opened.sections)
    target = Selection(ticker=key(opened.company), as_of=selection.as_of, item=item, to=opened.document.accession.text)
    return href("changes", target)
