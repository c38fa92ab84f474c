"""Finding the items of a filing: by the links of its table of contents, by headings, and by titles alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.domain.filings.filing import Section
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.items.contents import Contents, Stretch, linked_entries, read_contents
from workbench.parse.items.endings import before_officers, end_of_summary, own_end, signatures
from workbench.parse.items.form_items import FormItem, base_form, form_items, part_of
from workbench.parse.items.headings import Heading, item_headings
from workbench.parse.items.own_headings import has_own_headings, titled_sections
from workbench.parse.items.status import answered_together, is_answer, row_status, status_of

_RUN_ON = re.compile(r"(?<=[a-z)\]])\.\s+(?=[A-Z])|\s[–—-]{1,2}\s(?=(?:None|Not)\b)")
_LONGEST_TITLE = 250
_MOST_LINKS = 500  # of tables of contents, which some filers repeat for each part
_SOME_TEXT = 150
_LINK_REACH = 2500  # characters from a link's target to the heading it means
_SURE_SCORE = 4.0  # score of a heading that stands alone, in bold, with its title


@dataclass(slots=True)
class _Start:
    """The chosen beginning of an item."""

    item: FormItem
    heading: Heading
    method: str
    confidence: float
    stretch: Stretch | None = None


def find_sections(document: ExtractedText, form: str) -> list[Section]:
    """The items of a filing in the order of its text; for a form without items its sections by their own headings, if any.

    A section begins with its heading and ends where the next one, the signatures or a table of contents begin, so the
    heading of the next part, which some companies let a preamble follow, is the end of the item before it. Items that
    share a heading ("Items 1 and 2") share a span. `confidence` says how sure the beginning is.
    """
    items = form_items(form)
    if not items:
        return titled_sections(document) if has_own_headings(form) else []
    headings = item_headings(document, items)
    # An 8-K has few items, so that no run of its headings tells a list.
    contents = linked_entries(document, headings) if base_form(form) == "8-K" else read_contents(document, headings)
    if contents.index:
        starts, rows = _by_index(document, contents, items)
    else:
        starts, rows = _by_headings(document, headings, contents, items), []
    sections = answered_together(document.text, _spans(document, base_form(form), starts, contents)) + rows
    return sorted(sections, key=lambda section: (section.start, section.end))


def _by_headings(
    document: ExtractedText, headings: list[Heading], contents: Contents, items: tuple[FormItem, ...]
) -> list[_Start]:
    candidates = [heading for index, heading in enumerate(headings) if index not in contents.lines]
    for entry, offset in contents.targets[:_MOST_LINKS]:
        _apply_link(document, candidates, entry, offset, items)
    candidates.sort(key=lambda heading: heading.start)
    ends = [heading.start for heading in candidates[1:]] + [len(document.text)] * bool(candidates)
    for heading, end in zip(candidates, ends, strict=True):
        # Where a heading is printed twice, the one with text after it is the item's; the other lists what is to come.
        heading.score += 0.25 if end - heading.end > _SOME_TEXT else 0.0
    chosen = _best_chain(candidates, items)
    taken = {item.order for item, _, _ in chosen}
    used = {id(heading) for _, heading, _ in chosen}
    for heading in candidates:  # a heading beyond doubt counts even where it breaks the form's order
        item, score = _best_item(heading, items)
        if item is not None and score >= _SURE_SCORE and item.order not in taken and id(heading) not in used:
            chosen.append((item, heading, score))
            taken.add(item.order)
    chosen = [(item, _first_of(document, candidates, heading), score) for item, heading, score in chosen]
    starts = [_Start(item, heading, _method(heading), _confidence(heading, score)) for item, heading, score in chosen]
    return starts + _by_titles(document, starts, contents, items)


def _first_of(document: ExtractedText, candidates: list[Heading], heading: Heading) -> Heading:
    """The heading itself, or one of the same number right before it: `Item 14. Exhibits`, then `Item 14(a)(1)`.

    A number alone is a running header.
    """
    for before in reversed(candidates[: candidates.index(heading)]):
        is_right_before = not document.text[before.end : heading.start].strip()
        if before.numbers != heading.numbers or not (is_right_before and before.title) or before.score <= 0:
            break
        heading = before
    return heading


def _apply_link(
    document: ExtractedText, candidates: list[Heading], entry: Heading, offset: int, items: tuple[FormItem, ...]
) -> None:
    """Strengthens the heading that an entry of the table of contents points to, or makes one where it points."""
    near = [
        heading
        for heading in candidates
        if heading.numbers[0] == entry.numbers[0] and -300 <= heading.start - offset <= _LINK_REACH and heading.score > -2
    ]
    if near:
        best = min(near, key=lambda heading: abs(heading.start - offset))
        if not best.is_linked:
            best.is_linked = True
            best.score += 3.0
        best.part = best.part if entry.part is None else entry.part
        return
    index = document.block_index(offset)
    if index < len(document.blocks):
        block = document.blocks[index]
        line = document.text[block.start : block.end].split("\n", 1)[0]
        fits = any(item.item == entry.numbers[0] and item.words.match(line.strip(" \t.:-–—")) for item in items)
        candidates.append(
            Heading(
                block.start, block.start + len(line), entry.numbers, entry.part, line if fits else entry.title, index,
                False, 3.0 if fits else 1.0, is_linked=True,
            )
        )  # fmt: skip


def _best_item(heading: Heading, items: tuple[FormItem, ...]) -> tuple[FormItem | None, float]:
    fitting = [(heading.fits(item), -item.order, item) for item in items if item.item == heading.numbers[0]]
    if not fitting:
        return None, 0.0
    score, _, item = max(fitting)
    return item, score


def _best_chain(candidates: list[Heading], items: tuple[FormItem, ...]) -> list[tuple[FormItem, Heading, float]]:
    """The headings, each of another item and in the form's order, that have the most evidence in sum.

    `best[order]` is the best chain that ends with an item of at most that order, as (score, link to the one before).
    """
    by_number: dict[str, list[FormItem]] = {}
    for item in items:
        by_number.setdefault(item.item, []).append(item)
    Link = tuple[FormItem, Heading, float, object]  # noqa: N806  a type, local to the recurrence
    best: list[tuple[float, Link | None]] = [(0.0, None)] * (len(items) + 1)
    for heading in candidates:
        for item in reversed(by_number.get(heading.numbers[0], [])):
            score = heading.fits(item)
            if score <= 0:
                continue
            before, link = best[item.order]
            total = before + score
            for order in range(item.order + 1, len(best)):
                if best[order][0] >= total:
                    break
                best[order] = (total, (item, heading, score, link))
    chain: list[tuple[FormItem, Heading, float]] = []
    link = best[-1][1]
    while link is not None:
        chain.append(link[:3])
        link = link[3]  # type: ignore[assignment]
    return chain[::-1]


def _by_titles(document: ExtractedText, starts: list[_Start], contents: Contents, items: tuple[FormItem, ...]) -> list[_Start]:
    """Items without a numbered heading, where their bare title stands as a heading between their neighbours."""
    if items[0].part is None:
        return []
    taken = {start.item.order: start for start in starts}
    missing = {_plain(item.title): item for item in items if item.order not in taken and len(item.title) > 12}
    in_contents = {document.block_index(offset) for offset in contents.starts}
    results: list[_Start] = []
    for index, block in enumerate(document.blocks):
        if block.end - block.start > 150 or block.is_boilerplate or index in in_contents:
            continue
        line = document.text[block.start : block.end]
        item = missing.get(_plain(line))
        if item is None or not (block.is_bold or line.isupper() or block.align == "center") or item.order in taken:
            continue
        before = max((start.heading.start for order, start in taken.items() if order < item.order), default=-1)
        after = min((start.heading.start for order, start in taken.items() if order > item.order), default=len(document.text))
        if before < block.start < after and before >= 0:
            heading = Heading(block.start, block.end, (item.item,), item.part, line, index, False, 0.0)
            taken[item.order] = start = _Start(item, heading, "pattern", 0.6)
            results.append(start)
    return results


def _by_index(document: ExtractedText, contents: Contents, items: tuple[FormItem, ...]) -> tuple[list[_Start], list[Section]]:
    """A filing that names its items only in a cross-reference index: where its entries point, or what they say instead."""
    notes = document.text[contents.index[-1].heading.end :][:1500]
    starts: list[_Start] = []
    rows: list[Section] = []
    for entry in contents.index:
        item, _ = _best_item(entry.heading, items)
        if item is None:
            continue
        if entry.stretch is not None:
            begin = entry.stretch.start
            index = document.block_index(begin)
            heading = Heading(
                begin, begin, entry.heading.numbers, entry.heading.part, item.title, index, False, 0.0, is_linked=True
            )
            starts.append(_Start(item, heading, "toc_link", 0.75, entry.stretch))
            continue
        row = document.text[entry.heading.start : entry.end]
        part = part_of(item, entry.heading.title)
        status = row_status(row, notes)
        rows.append(Section(part, item.item, item.title, entry.heading.start, entry.end, 0.75, "pattern", status))
    return starts, rows


def _spans(document: ExtractedText, form: str, starts: list[_Start], contents: Contents) -> list[Section]:
    begins = {start.heading.start for start in starts}
    ends = sorted({*begins, *signatures(document.text), *contents.starts, len(document.text)})
    vague = {start.heading.start for start in starts if start.stretch is not None and not start.stretch.is_exact}
    alone = {(start.item.part, start.item.item) for start in starts}
    sections: list[Section] = []
    for start in starts:
        begin = start.heading.start
        end = _end(ends, vague, start)
        if form == "10-K" and (start.item.part, start.item.item) == ("IV", "16"):
            end = end_of_summary(document.text, start.heading.end, end)
        if form == "10-K" and (start.item.part, start.item.item) == ("I", "4"):
            end = before_officers(document, start.heading.end, end)
        end = own_end(document, max(begin + 1, start.heading.end), end)
        first, *further = _sections(document.text, form, start, end)
        # An item that a heading names beside others may have a heading, or an entry that links there, of its own.
        sections += [first, *(section for section in further if (section.part, section.item) not in alone)]
    return sections


def _end(ends: list[int], vague: set[int], start: _Start) -> int:
    """The next beginning; where an index names the pages, their end, or the next beginning on the last of them.

    Pages that an index names for two items belong to both, as does a page on which another begins somewhere (`vague`).
    """
    begin, pages = start.heading.start, start.stretch
    if pages is None or pages.last_page is None or pages.end is None:
        return ends[bisect_right(ends, begin)]
    later = (end for end in ends if end > begin and (end > pages.last_page or (end == pages.last_page and end not in vague)))
    return min(pages.end, next(later, pages.end))


def _sections(text: str, form: str, start: _Start, end: int) -> Iterator[Section]:
    """The section that begins here, and those of the further items that its heading names."""
    heading = start.heading
    printed = _printed_title(heading.title, start.item)
    title = start.item.title if is_answer(printed) else printed
    body = text[heading.start : end].split(printed, 1)[-1]
    confidence = round(start.confidence, 2)
    part = part_of(start.item, title)
    status = status_of(form, part, start.item.item, printed, body)
    yield Section(part, start.item.item, title, heading.start, end, confidence, start.method, status)
    for number in heading.numbers[1:]:
        for item in form_items(form):
            if item.item == number and (item.part == start.item.part or form != "10-Q"):
                status = status_of(form, item.part, number, printed if is_answer(printed) else item.title, body)
                yield Section(item.part, number, item.title, heading.start, end, confidence, start.method, status)


def _printed_title(printed: str, item: FormItem) -> str:
    """The printed title without text that runs on in its line; the form's own where none can be separated."""
    title = _RUN_ON.split(printed, maxsplit=1)[0].rstrip(".: ")
    return title if 0 < len(title) <= _LONGEST_TITLE else item.title


def _method(heading: Heading) -> str:
    return "toc_link" if heading.is_linked else "heading"


def _confidence(heading: Heading, score: float) -> float:
    return min(0.99, max(0.3, (0.55 if heading.is_linked else 0.45) + 0.09 * score))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z ]", "", " ".join(text.lower().split()))
