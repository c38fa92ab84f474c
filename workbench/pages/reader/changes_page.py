"""The changes page: changes of an item between two filings, largest first, with links to both filings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import panel as pn
from markupsafe import Markup

from db.companies import resolve
from db.filings.changes import choose_versions, comparable_reports, filings_with_item
from db.filings.documents import sections_of
from workbench.analysis.filings.changes_json import select_changes
from workbench.domain.errors import InvalidRequest, NotFound, WorkbenchError
from workbench.domain.filings.changes import Change, ChangeKind, ItemChanges, ItemVersion, Paragraph, ReportPair, WordRun
from workbench.domain.filings.filing import Document, Section, item_label
from workbench.domain.identity import Accession, Company
from workbench.ingest.filings.changes import item_changes
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices as tab_choices
from workbench.pages.frame.markup import day, href, key
from workbench.pages.frame.messages import notice, problem
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.market.changes_feed import changes_feed
from workbench.pages.reader.opened import section_key
from workbench.pages.reader.wording import Piece, table_pieces
from workbench.runtime import Workbench

_SHOWN = 40
_TEMPLATE = "reader/changes_page.html"
_CONTEXT = 140  # characters of unchanged words on either side of a change
_TONES = {
    ChangeKind.ADDED: "good",
    ChangeKind.REMOVED: "bad",
    ChangeKind.REWORDED: "accent",
    ChangeKind.NUMBERS: "",
    ChangeKind.MOVED: "warn",
}
_ALONE: dict[ChangeKind, Literal["added", "removed"]] = {ChangeKind.ADDED: "added", ChangeKind.REMOVED: "removed"}


@dataclass(frozen=True, slots=True)
class _Choices:
    """What can be compared: the filings with the item, and the items of the newer filing once it is known."""

    company: Company
    filings: Sequence[Document]
    sections: tuple[Section, ...] = ()


def changes_page(workbench: Workbench, selection: Selection) -> Content:
    """The changes of the item; without a company, the latest changes of all."""
    if not selection.ticker:
        return changes_feed(workbench, selection)
    selection = replace(selection, item=selection.item or "1A")
    choices, result = _choices(workbench, selection), None
    try:
        result, sections = _find(workbench, choices, selection)
        choices = replace(choices, sections=sections)
        below = changes_list(result, selection)
    except NotFound as error:
        below = problem(error) + _alternatives(workbench, choices, selection)
    except WorkbenchError as error:
        below = problem(error)
    title = f"{choices.company.label} {selection.item} · What changed"
    panels: dict[str, pn.viewable.Viewable] = {
        "header": HtmlPanel(_header(choices, result, selection)),
        "changes": HtmlPanel(below),
    }
    return Content(title, panels, cards=("header", "changes"), layout="narrow")


def _choices(workbench: Workbench, selection: Selection) -> _Choices:
    with workbench.database.read() as connection:
        company = resolve(connection, selection.ticker)
        filings = filings_with_item(connection, company, selection.item, as_of=selection.as_of)
    return _Choices(company, filings)


def _find(workbench: Workbench, choices: _Choices, selection: Selection) -> tuple[ItemChanges, tuple[Section, ...]]:
    old = Accession.parse(selection.from_) if selection.from_ else None
    new = Accession.parse(selection.to) if selection.to else None
    with workbench.database.read() as connection:
        pair = choose_versions(
            connection,
            choices.company,
            selection.item,
            form=selection.form or None,
            old=old,
            new=new,
            as_of=selection.as_of,
        )
        sections = sections_of(connection, pair.new.document.document_id)
    return item_changes(workbench.objects, pair), tuple(sections)


def _alternatives(workbench: Workbench, choices: _Choices, selection: Selection) -> Markup:
    """Links to items that can be compared when the requested one cannot."""
    with workbench.database.read() as connection:
        pairs = comparable_reports(connection, choices.company, as_of=selection.as_of)
    return fragment(_TEMPLATE, "offers", [_offer(pair, choices.company, selection) for pair in pairs])


def _offer(pair: ReportPair, company: Company, selection: Selection) -> dict[str, Any]:
    filings = Selection(ticker=key(company), as_of=selection.as_of, from_=str(pair.old.accession), to=str(pair.new.accession))
    links = []
    for section in pair.shared:
        item = f"{section.part}-{section.item}" if section.part else section.item
        target = href("changes", replace(filings, item=item))
        links.append({"href": target, "title": section.title, "label": section.label})
    days = " to ".join(day(one.filed_on) for one in (pair.old, pair.new) if one.filed_on)
    return {"form": pair.new.form or "", "days": days, "links": links}


def changes_list(results: ItemChanges, selection: Selection) -> Markup:
    """Tabs with the counts by kind, and the changes with their words marked."""
    if not results.diff.changes:
        return notice(
            "No changes.", "The text of this item is the same in both filings, apart from typography.", is_inline=True
        )
    chosen = _kind(selection.change)
    changes = select_changes(results, (chosen,) if chosen else ())
    shown = changes[selection.offset : selection.offset + _SHOWN]
    heaviest = results.diff.changes[0].weight
    rows = [_row(change, results, selection, heaviest) for change in shown]
    summary = f"{results.diff.changed_ratio:.1%} of the words differ; {len(results.diff.unchanged)} paragraphs unchanged"
    kinds = _kinds(results, chosen, selection)
    return fragment(_TEMPLATE, "changes", kinds, summary, rows, *_pager(len(changes), selection))


def _kinds(results: ItemChanges, chosen: ChangeKind | None, selection: Selection) -> list[dict[str, object]]:
    here = replace(selection, start=None, accession="", offset=0)
    kinds = [("", f"All {len(results.diff.changes)}")]
    kinds += [(kind.value, f"{kind.value.capitalize()} {count}") for kind, count in results.diff.counts.items() if count]
    offered = [(kind, label, href("changes", replace(here, change=kind))) for kind, label in kinds]
    return tab_choices(offered, chosen or "")


def _kind(text: str) -> ChangeKind | None:
    try:
        return ChangeKind(text) if text else None
    except ValueError:
        raise InvalidRequest(f"change must be one of {', '.join(ChangeKind)}, not {text!r}") from None


def _row(change: Change, results: ItemChanges, selection: Selection, heaviest: float) -> dict[str, Any]:
    pair = results.pair
    anchor = change.new or change.old
    version = pair.new if change.new else pair.old
    accession = str(version.document.accession)
    start = anchor.start if anchor else 0
    pinned = replace(
        selection,
        from_=str(pair.old.document.accession),
        to=str(pair.new.document.accession),
        accession=accession,
        start=start,
    )
    sides = ((change.old, pair.old, "older"), (change.new, pair.new, "newer"))
    return {
        "is_asked": selection.start == start and selection.accession in ("", accession),
        "kind": change.kind.value,
        "tone": _TONES[change.kind],
        "is_moved": change.is_moved and change.kind is not ChangeKind.MOVED,
        "moved_sentences": list(change.moved_sentences),
        "weight": f"{change.weight:,.0f}",
        "share": f"{100 * change.weight / heaviest if heaviest else 0:.0f}",
        "places": [_place(side, which, name, selection) for side, which, name in sides if side],
        "href": href("changes", pinned),
        **_wording(change),
    }


def _place(side: Paragraph, version: ItemVersion, name: str, selection: Selection) -> dict[str, str]:
    target = Selection(
        accession=str(version.document.accession),
        document=version.document.name,
        as_of=selection.as_of,
        start=side.start,
        end=side.end,
    )
    return {"href": href("reader", target), "version": name}


def _wording(change: Change) -> dict[str, Any]:
    """The words in pieces; for a table, its cells in pieces under `table`."""
    side = change.new or change.old
    runs = change.words or (WordRun(_ALONE.get(change.kind, "same"), side.text if side else ""),)
    if side is not None and "\t" in side.text:
        return {"table": table_pieces(runs), "wording": []}
    last = len(runs) - 1
    pieces: list[Piece] = []
    for place, run in enumerate(runs):
        is_cut = run.kind == "same" and last
        pieces += _context(run.text, place == 0, place == last) if is_cut else [{"kind": run.kind, "text": run.text}]
    return {"table": [], "wording": pieces}


def _context(text: str, is_first: bool, is_last: bool) -> list[Piece]:
    """The unchanged words next to the changes."""
    before, after = ("" if is_first else text[:_CONTEXT]), ("" if is_last else text[-_CONTEXT:])
    if len(text) <= len(before) + len(after) + 40:
        return [{"kind": "same", "text": text}]
    before, after = before.rsplit(" ", 1)[0], after.split(" ", 1)[-1]
    return [{"kind": "same", "text": before}, {"kind": "gap", "text": ""}, {"kind": "same", "text": after}]


def _pager(total: int, selection: Selection) -> tuple[str, str]:
    """The addresses of larger and smaller changes, each empty if there are none."""
    here = replace(selection, start=None, accession="")
    back = href("changes", replace(here, offset=max(0, selection.offset - _SHOWN))) if selection.offset else ""
    has_more = selection.offset + _SHOWN < total
    return back, href("changes", replace(here, offset=selection.offset + _SHOWN)) if has_more else ""


def _header(choices: _Choices, results: ItemChanges | None, selection: Selection) -> Markup:
    company = choices.company
    home = href("company", Selection(ticker=key(company), as_of=selection.as_of))
    section = results.pair.new.section if results else None
    title = f"{section.label}. {section.title}" if section else item_label(selection.item)
    return fragment(_TEMPLATE, "header", home, company.display_name, title, _form(choices, results, selection))


def _form(choices: _Choices, results: ItemChanges | None, selection: Selection) -> dict[str, Any]:
    old = str(results.pair.old.document.accession) if results else selection.from_
    new = str(results.pair.new.document.accession) if results else selection.to
    return {
        "as_of": selection.as_of.isoformat() if selection.as_of else "",
        "ticker": key(choices.company),
        "sections": _items(choices, results, selection),
        "older": _filings(choices.filings, old),
        "newer": _filings(choices.filings, new),
    }


def _items(choices: _Choices, results: ItemChanges | None, selection: Selection) -> list[dict[str, object]]:
    current = results.pair.new.section if results else None
    known = {section_key(one, choices.sections): one for one in choices.sections}
    chosen = next(
        (name for name, one in known.items() if current and (one.part, one.item) == (current.part, current.item)), ""
    )
    rows = [(name, f"{one.item} · {one.title[:40]}", "") for name, one in known.items()]
    return tab_choices(rows if chosen else [(selection.item, selection.item, ""), *rows], chosen or selection.item)


def _filings(filings: Sequence[Document], chosen: str) -> list[dict[str, object]]:
    rows = [] if any(str(one.accession) == chosen for one in filings) else [("", "any", "")]
    rows += [
        (str(one.accession), f"{one.form or ''}, filed {day(one.filed_on) if one.filed_on else ''}", "") for one in filings
    ]
    return tab_choices(rows, chosen)
