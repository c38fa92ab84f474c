"""The search page: a query, filters, and passages that open in the reader."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from db.companies import resolve
from db.engine import Connection
from db.filings.documents import documents_called
from workbench.domain.companies.display_name import display_name
from workbench.domain.errors import WorkbenchError
from workbench.domain.filings.passages import Hit
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import choices, day, href
from workbench.pages.frame.messages import notice, problem
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.search.figures import figures_asked
from workbench.runtime import Workbench
from workbench.search.citations import citation
from workbench.search.hybrid import SearchQuery, SearchResult, search
from workbench.search.meanings import meanings
from workbench.search.snippets import snippet
from workbench.search.syntax import read_question

_HITS = 10
_SNIPPET = 460
_TEMPLATE = "search/page.html"
_FORMS = ("10-K", "10-Q", "8-K", "20-F", "10-K/A", "10-Q/A")


def search_page(workbench: Workbench, selection: Selection) -> Content:
    """The form, and the hits if there is a query."""
    try:
        below = _answer(workbench, selection) if selection.q.strip() else _invitation()
    except WorkbenchError as error:
        below = problem(error)
    title = f"{selection.q[:60]} · Search" if selection.q else "Search"
    return Content(
        title, {"query": HtmlPanel(_form(selection)), "hits": HtmlPanel(below)}, cards=("query", "hits"), layout="narrow"
    )


def _answer(workbench: Workbench, selection: Selection) -> Markup:
    with workbench.database.read() as connection:
        companies = tuple(resolve(connection, name).cik for name in re.split(r"[,;]\s*|\s+", selection.ticker) if name)
        query = SearchQuery(
            selection.q,
            companies=companies,
            forms=(selection.form,) if selection.form else (),
            items=(selection.item,) if selection.item else (),
            documents=_documents(connection, selection),
            fiscal_years=(selection.fiscal_year,) if selection.fiscal_year is not None else (),
            as_of=selection.as_of,
            k=_HITS,
            offset=selection.offset,
            ignored=_ignored(selection),
            caller=visitor(),
        )
        result = workbench.search_cache.answer(
            query, lambda: search(connection, workbench.embedder, query, better=workbench.better_embedder)
        )
    return hits_list(result, selection)


def _documents(connection: Connection, selection: Selection) -> tuple[int, ...]:
    if not selection.document.strip():
        return ()
    return tuple(document.document_id for document in documents_called(connection, selection.document, visitor()))


def hits_list(result: SearchResult, selection: Selection) -> Markup:
    """The hits, each with its source, a snippet, and a link to its place in the reader."""
    understood = figures_asked(result.figures, selection) + _understood(result, selection)
    if not result.hits:
        return understood + _nothing(selection)
    hits = [_hit(hit, selection) for hit in result.hits]
    return fragment(_TEMPLATE, "hits", understood, result.caution, hits, *_pager(result, selection))


def _ignored(selection: Selection) -> tuple[str, ...]:
    return tuple(word for word in selection.ignore.split("|") if word.strip())


def _understood(result: SearchResult, selection: Selection) -> Markup:
    """The recognized names, each with a link to ignore it; and the ignored ones, with links to restore them."""
    named = meanings(read_question(result.query.text).text, result.understood)
    ignored = _ignored(selection)
    taken = []
    for text, meaning in named:
        without = href("search", replace(selection, ignore="|".join((*ignored, text)), offset=0))
        taken.append({"href": without, "title": f"Search for “{text}” as plain words", "text": meaning})
    restored = []
    for word in ignored:
        again = replace(selection, ignore="|".join(other for other in ignored if other != word), offset=0)
        restored.append({"href": href("search", again), "title": f"Interpret “{word}” again", "text": word})
    return fragment(_TEMPLATE, "understood", taken, restored)


def _snippet(hit: Hit) -> list[dict[str, Any]]:
    """The part of the passage with the most words of the query, in pieces, with those words marked."""
    shown = snippet(hit, _SNIPPET)
    pieces, at = [], 0
    for start, end in shown.highlights:
        pieces.append({"text": shown.text[at:start], "is_marked": False})
        pieces.append({"text": shown.text[start:end], "is_marked": True})
        at = end
    return [*pieces, {"text": shown.text[at:], "is_marked": False}]


def _hit(hit: Hit, selection: Selection) -> dict[str, Any]:
    target = Selection(
        accession=hit.accession.text if hit.accession else "",
        document=hit.document if hit.accession else str(hit.document_id),
        as_of=selection.as_of,
        start=hit.start,
        end=hit.end,
    )
    others = len(hit.also_in)
    return {
        "href": href("reader", target),
        "name": (display_name(hit.company) if hit.company else "") or hit.title or hit.document,
        "labels": citation(hit),
        "filed": day(hit.filed_on) if hit.filed_on else "",
        "also": f"and in {others} more filing{'s' if others > 1 else ''}" if others else "",
        "context": " · ".join((hit.context or "").replace("\t", " ").split("\n")),
        "snippet": _snippet(hit),
    }


def _pager(result: SearchResult, selection: Selection) -> tuple[str, str]:
    """The addresses of the previous and next page, each empty if there is none."""
    earlier = replace(selection, offset=max(0, selection.offset - _HITS))
    on = "" if result.next_offset is None else href("search", replace(selection, offset=result.next_offset))
    return href("search", earlier) if selection.offset else "", on


def _nothing(selection: Selection) -> Markup:
    limits = (selection.ticker, selection.form, selection.item, selection.document, selection.fiscal_year, selection.as_of)
    if any(limits):
        return notice("Nothing found with these filters.", "Remove a filter, or choose a later as-of date.", is_inline=True)
    return notice(
        "Nothing found.",
        "Load filings on the page Companies, or with `workbench ingest TICKER`, to search them.",
        is_inline=True,
    )


def _invitation() -> Markup:
    return notice(
        "Search the text of filings.",
        "Use your own words or those of the filing. Every hit opens at its place in the filing.",
        is_inline=True,
    )


def _form(selection: Selection) -> Markup:
    forms = _FORMS if selection.form in ("", *_FORMS) else (*_FORMS, selection.form)
    return fragment(_TEMPLATE, "form", selection, choices([(form, form, "") for form in forms], selection.form))
