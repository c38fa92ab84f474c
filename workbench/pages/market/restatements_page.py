"""Values that filings changed, over all companies, some, or those of a watchlist."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from markupsafe import Markup

from db.companies import get_companies
from db.statements.stored_restatements import latest_restatements
from workbench.domain.amounts import by_unit
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.restated_concepts import RestatedConcept
from workbench.domain.facts.restatements import Change, Restatement
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.catalogue import measure
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices, company_link, day, href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.page import Content
from workbench.pages.frame.pickers import hidden_fields
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.market.chosen_companies import chosen_companies, watchlist_choices
from workbench.runtime import Workbench

_TEMPLATE = "market/restatements_page.html"
_SHOWN = 40
_TONES = {Change.RESTATEMENT: "bad", Change.SCALE_ERROR: "bad", Change.SIGN: "bad"}
# Material changes; rounding is left out.
SHOWN_KINDS = tuple(kind for kind in Change if kind is not Change.ROUNDING)
_NEXT_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def restatements_page(workbench: Workbench, selection: Selection) -> Content:
    """The latest changed values of statement lines, or of notes as well, of one kind or all but rounding, the newest first.

    A company whose facts have changed is left out until the job `metrics` has compared them. Raises NotFound for a company or
    watchlist that is not there, InvalidRequest for another kind.
    """
    kinds, caller = _kinds(selection.change), visitor()
    with workbench.database.read() as connection:
        lists = watchlist_choices(connection, "restatements", selection, caller)
        chosen = chosen_companies(connection, selection, caller)
        entries = latest_restatements(
            connection, ciks=[each.cik for each in chosen] or None, kinds=kinds, as_of=selection.as_of,
            is_of_lines=_view(selection) == "", limit=_SHOWN + 1, offset=selection.offset,
        )  # fmt: skip
        named = {each.cik: each for each in get_companies(connection, sorted({cik for cik, _ in entries}, key=_number))}
    form = fragment(
        _TEMPLATE, "form", hidden_fields(replace(selection, ticker="", watchlist="", offset=0)), selection.ticker,
        href("restatements", replace(selection, ticker="", offset=0)) if selection.ticker else "", lists,
    )  # fmt: skip
    table = restatement_list(entries, named, selection)
    return Content("Restatements", {"header": HtmlPanel(form), "restatements": HtmlPanel(table)}, cards=("restatements",))


def _view(selection: Selection) -> str:
    if selection.view not in ("", "all"):
        raise InvalidRequest(f"view must be all or nothing, not {selection.view!r}")
    return selection.view


def _number(cik: Cik) -> int:
    return cik.number


def _kinds(name: str) -> Sequence[Change]:
    if not name:
        return SHOWN_KINDS
    try:
        return (Change(name),)
    except ValueError:
        raise InvalidRequest(f"change must be one of {', '.join(Change)}, not {name!r}") from None


def restatement_list(
    entries: Sequence[tuple[Cik, RestatedConcept]], named: Mapping[Cik, Company], selection: Selection
) -> Markup:
    """One row a concept and filing with its company; the choice of the kind above, links to further rows below."""
    shown = entries[:_SHOWN]
    here = replace(selection, offset=0)
    offered = [("", "All", href("restatements", replace(here, change="")))]
    offered += [
        (kind.value, kind_name(kind).capitalize(), href("restatements", replace(here, change=kind))) for kind in Change
    ]
    views = [
        (view, label, href("restatements", replace(here, view=view)))
        for view, label in (("", "Statement lines"), ("all", "With notes"))
    ]
    rows = [restatement_row(entry, selection) | {"company": company_link(named[cik], selection)} for cik, entry in shown]
    back = href("restatements", replace(selection, offset=max(0, selection.offset - _SHOWN))) if selection.offset else ""
    on = href("restatements", replace(selection, offset=selection.offset + _SHOWN)) if len(entries) > _SHOWN else ""
    until = f" by {day(selection.as_of)}" if selection.as_of else ""
    message = notice(f"No changed values{until}.", "The job `metrics` compares the filings of each company.", is_inline=True)
    kinds = choices(offered, selection.change)
    return fragment(_TEMPLATE, "table", kinds, choices(views, selection.view), rows, back, on, message)


def restatement_row(entry: RestatedConcept, selection: Selection) -> dict[str, object]:
    """What a row of a table shows of an entry: filing, kind, figure, and the value before and after of its foremost change."""
    one = entry.foremost
    after = one.after
    others = len(entry.changes) - 1
    return {
        "href": href("reader", Selection(accession=after.accession, as_of=selection.as_of)),
        "filed": day(after.filed_on),
        "form": after.form,
        "kind": kind_name(entry.kind),
        "tone": _TONES.get(entry.kind, "accent"),
        "evidence": one.evidence,
        "label": figure_name(entry),
        "concept": after.concept,
        "end": day(after.period_end),
        "others": f"+ {others} other period{'s' if others > 1 else ''}" if others else "",
        "before": _amount(one.before),
        "after": _amount(after),
        "change": _change(one),
    }


def _amount(fact: SourceFact) -> str:
    return by_unit(100 * fact.value, "pct") if fact.unit == "pure" else exact(fact.value, fact.unit)


def _change(one: Restatement) -> str:
    share = one.difference_pct
    return f"{share:+.1f}%" if share is not None and abs(share) < Decimal(1000) else ""


def figure_name(entry: RestatedConcept) -> str:
    """The concept's label; where its filings give none, that of its statement line, or the words of its tag."""
    tag = entry.foremost.after.concept.partition(":")[2]
    if entry.label != tag:
        return entry.label
    if entry.lines:
        return measure(entry.lines[0]).label
    return _NEXT_WORD.sub(" ", tag).capitalize()


def kind_name(kind: Change) -> str:
    """The kind of a change in words: `scale error`."""
    return kind.value.replace("_", " ")
