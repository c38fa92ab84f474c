"""The changes page: what changed in an item between two filings, the weightiest first, each with its places in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

import panel as pn

from db.companies import resolve
from db.filings.changes import choose_versions, comparable_reports, filings_with_item
from db.filings.documents import sections_of
from workbench.analysis.filings.changes_json import select_changes
from workbench.domain.errors import InvalidRequest, NotFound, WorkbenchError
from workbench.domain.filings.changes import Change, ChangeKind, ItemChanges, ItemVersion, Paragraph, ReportPair, WordRun
from workbench.domain.filings.filing import Document, Section
from workbench.domain.identity import Accession, Company
from workbench.ingest.filings.changes import item_changes
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import address, day, key, notice, problem, tag
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.reader.page import section_key
from workbench.runtime import Workbench

_SHOWN = 40
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
    """What can be compared: the filings that have the item; and the items of the newer filing, once it is found."""

    company: Company
    filings: Sequence[Document]
    sections: tuple[Section, ...] = ()


def changes_page(workbench: Workbench, selection: Selection) -> Content:
    """What changed in the item, or a word on how to choose one."""
    if not selection.ticker:
        hint = "Open it from a company's page or from a filing, or name a company as `changes?ticker=AAPL&item=1A`."
        return Content("Changes", {"empty": Sheet(notice("No company chosen.", hint))})
    selection = replace(selection, item=selection.item or "1A")
    choices, found = _choices(workbench, selection), None
    try:
        found, sections = _find(workbench, choices, selection)
        choices = replace(choices, sections=sections)
        below = changes_list(found, selection)
    except NotFound as error:
        below = problem(error) + _instead(workbench, choices, selection)
    except WorkbenchError as error:
        below = problem(error)
    title = f"{choices.company.label} {selection.item} · What changed"
    panels: dict[str, pn.viewable.Viewable] = {"header": Sheet(_header(choices, found, selection)), "changes": Sheet(below)}
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


def _instead(workbench: Workbench, choices: _Choices, selection: Selection) -> str:
    """Links to what can be compared where the item that was asked for cannot."""
    with workbench.database.read() as connection:
        pairs = comparable_reports(connection, choices.company, as_of=selection.as_of)
    return "".join(_offer(pair, choices.company, selection) for pair in pairs)


def _offer(pair: ReportPair, company: Company, selection: Selection) -> str:
    filings = Selection(ticker=key(company), as_of=selection.as_of, from_=str(pair.old.accession), to=str(pair.new.accession))
    links = ""
    for section in pair.shared:
        item = f"{section.part}-{section.item}" if section.part else section.item
        target = address("changes", replace(filings, item=item))
        links += f'<a href="{target}" title="{escape(section.title)}">{escape(section.label)}</a>'
    days = " to ".join(day(one.filed_on) for one in (pair.old, pair.new) if one.filed_on)
    return f'<div class="suggestions"><span>Compare {escape(pair.new.form or "")}, {days}</span>{links}</div>'


def changes_list(found: ItemChanges, selection: Selection) -> str:
    """The counts, each a choice of one kind, and the changes with their words marked."""
    if not found.diff.changes:
        return notice("Nothing changed.", "Both filings say the same here, but for typography.", is_inline=True)
    chosen = _kind(selection.change)
    changes = select_changes(found, (chosen,) if chosen else ())
    shown = changes[selection.offset : selection.offset + _SHOWN]
    heaviest = found.diff.changes[0].weight
    rows = "".join(_row(change, found, selection, heaviest) for change in shown)
    summary = f"{found.diff.changed_ratio:.1%} of the words differ; {len(found.diff.unchanged)} paragraphs unchanged"
    return (
        f'<div class="head">{_kinds(found, chosen, selection)}<span class="right small muted">{summary}</span></div>'
        f'<ol class="changes">{rows}</ol>{_pager(len(changes), selection)}'
    )


def _kinds(found: ItemChanges, chosen: ChangeKind | None, selection: Selection) -> str:
    here = replace(selection, start=None, accession="", offset=0)
    choices = [("", f"All {len(found.diff.changes)}")]
    choices += [(kind.value, f"{kind.value.capitalize()} {count}") for kind, count in found.diff.counts.items() if count]
    links = "".join(
        f'<a href="{address("changes", replace(here, change=kind))}"{" aria-current=true" if kind == (chosen or "") else ""}>'
        f"{label}</a>"
        for kind, label in choices
    )
    return f'<span class="tabs kinds" role="group" aria-label="Kind of change">{links}</span>'


def _kind(text: str) -> ChangeKind | None:
    try:
        return ChangeKind(text) if text else None
    except ValueError:
        raise InvalidRequest(f"change is one of {', '.join(ChangeKind)}, not {text!r}") from None


def _row(change: Change, found: ItemChanges, selection: Selection, heaviest: float) -> str:
    pair = found.pair
    anchor = change.new or change.old
    version = pair.new if change.new else pair.old
    accession = str(version.document.accession)
    start = anchor.start if anchor else 0
    is_asked = selection.start == start and selection.accession in ("", accession)
    pinned = replace(
        selection,
        from_=str(pair.old.document.accession),
        to=str(pair.new.document.accession),
        accession=accession,
        start=start,
    )
    moved = tag("moved", "warn") if change.is_moved and change.kind is not ChangeKind.MOVED else ""
    sides = ((change.old, pair.old, "older"), (change.new, pair.new, "newer"))
    links = "".join(_place(side, which, name, selection) for side, which, name in sides if side)
    share = 100 * change.weight / heaviest if heaviest else 0
    return (
        f"<li{' id=passage' if is_asked else ''}>"
        f'<div class="source">{tag(change.kind.value, _TONES[change.kind])}{moved}'
        f'<span class="weight" title="Weight {change.weight:,.0f} bits"><i style="width:{share:.0f}%"></i></span>'
        f'<span class="right small">{links}'
        f'<a href="{address("changes", pinned)}" title="A link to this change">link</a></span>'
        f"</div>{_wording(change)}</li>"
    )


def _place(side: Paragraph, version: ItemVersion, name: str, selection: Selection) -> str:
    target = Selection(
        accession=str(version.document.accession),
        document=version.document.name,
        as_of=selection.as_of,
        start=side.start,
        end=side.end,
    )
    return f'<a href="{address("reader", target)}">in the {name} filing</a>'


def _wording(change: Change) -> str:
    side = change.new or change.old
    runs = change.words or (WordRun(_ALONE.get(change.kind, "same"), side.text if side else ""),)
    if side is not None and "\t" in side.text:
        return f'<div class="wording table">{_table(runs)}</div>'
    last = len(runs) - 1
    body = "".join(
        _marked(run.kind, escape(run.text)) if run.kind != "same" or not last else _near(run.text, place == 0, place == last)
        for place, run in enumerate(runs)
    )
    return f'<div class="wording">{body}</div>'


def _table(runs: Sequence[WordRun]) -> str:
    """Rows and cells where line feeds and tabs stand in either wording."""
    rows: list[list[str]] = [[""]]
    for run in runs:
        for number, line in enumerate(run.text.split("\n")):
            if number:
                rows.append([""])
            for place, cell in enumerate(line.split("\t")):
                if place:
                    rows[-1].append("")
                rows[-1][-1] += _marked(run.kind, escape(cell)) if cell else ""
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _marked(kind: str, text: str) -> str:
    mark = {"added": "ins", "removed": "del"}.get(kind)
    return f"<{mark}>{text}</{mark}>" if mark else text


def _near(text: str, is_first: bool, is_last: bool) -> str:
    """Of unchanged words those next to the changes."""
    before, after = ("" if is_first else text[:_CONTEXT]), ("" if is_last else text[-_CONTEXT:])
    if len(text) <= len(before) + len(after) + 40:
        return escape(text)
    before, after = before.rsplit(" ", 1)[0], after.split(" ", 1)[-1]
    return f'{escape(before)} <span class="gap" title="unchanged words left out">…</span> {escape(after)}'


def _pager(total: int, selection: Selection) -> str:
    back = on = ""
    here = replace(selection, start=None, accession="")
    if selection.offset:
        back = f'<a href="{address("changes", replace(here, offset=max(0, selection.offset - _SHOWN)))}">← Weightier</a>'
    if selection.offset + _SHOWN < total:
        on = f'<a href="{address("changes", replace(here, offset=selection.offset + _SHOWN))}">Lighter →</a>'
    return f'<div class="pager"><span>{back}</span><span>{on}</span></div>' if back or on else ""


def _header(choices: _Choices, found: ItemChanges | None, selection: Selection) -> str:
    company = choices.company
    home = address("company", Selection(ticker=key(company), as_of=selection.as_of))
    section = found.pair.new.section if found else None
    title = f"{section.label}. {section.title}" if section else f"Item {selection.item}"
    return (
        f'<div class="compare-head"><div class="names"><p><a href="{home}">{escape(company.name)}</a> · what changed</p>'
        f"<h1>{escape(title)}</h1></div></div>{_form(choices, found, selection)}"
    )


def _form(choices: _Choices, found: ItemChanges | None, selection: Selection) -> str:
    as_of = f'<input type="hidden" name="as_of" value="{selection.as_of.isoformat()}">' if selection.as_of else ""
    old = str(found.pair.old.document.accession) if found else selection.from_
    new = str(found.pair.new.document.accession) if found else selection.to
    return (
        f'<form class="compare" action="changes">{as_of}'
        f'<input type="hidden" name="ticker" value="{escape(key(choices.company))}">'
        f'<label class="item">Item <select name="item">{_items(choices, found, selection)}</select></label>'
        f'<label class="filing">From <select name="from">{_filings(choices.filings, old)}</select></label>'
        f'<label class="filing">To <select name="to">{_filings(choices.filings, new)}</select></label>'
        f'<button class="primary" type="submit">Compare</button></form>'
    )


def _items(choices: _Choices, found: ItemChanges | None, selection: Selection) -> str:
    current = found.pair.new.section if found else None
    options = {section_key(one, choices.sections): one for one in choices.sections}
    chosen = next(
        (name for name, one in options.items() if current and (one.part, one.item) == (current.part, current.item)), ""
    )
    rows = "" if chosen else f"<option selected>{escape(selection.item)}</option>"
    for name, one in options.items():
        mark = " selected" if name == chosen else ""
        rows += f'<option value="{escape(name)}"{mark}>{escape(one.item)} · {escape(one.title[:40])}</option>'
    return rows


def _filings(filings: Sequence[Document], chosen: str) -> str:
    rows = "" if any(str(one.accession) == chosen for one in filings) else '<option value="">any</option>'
    return rows + "".join(
        f'<option value="{one.accession}"{" selected" if str(one.accession) == chosen else ""}>'
        f"{escape(one.form or '')}, filed {day(one.filed_on) if one.filed_on else ''}</option>"
        for one in filings
    )
