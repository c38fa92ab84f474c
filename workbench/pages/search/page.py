"""The search page: a question, what narrows it, and passages that open in the reader."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from db.companies import resolve
from db.engine import Connection
from db.filings.documents import documents_called
from workbench.domain.errors import WorkbenchError
from workbench.domain.filings.passages import Hit
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import address, day, notice, problem, tag
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench
from workbench.search.citations import citation
from workbench.search.hybrid import SearchQuery, SearchResult, search
from workbench.search.snippets import snippet
from workbench.search.syntax import read_question

_HITS = 10
_SNIPPET = 460
_FORMS = ("10-K", "10-Q", "8-K", "20-F", "10-K/A", "10-Q/A")


def search_page(workbench: Workbench, selection: Selection) -> Content:
    """The form, and the hits when there is a question."""
    try:
        below = _answer(workbench, selection) if selection.q.strip() else _invitation()
    except WorkbenchError as error:
        below = problem(error)
    title = f"{selection.q[:60]} · Search" if selection.q else "Search"
    return Content(title, {"query": Sheet(_form(selection)), "hits": Sheet(below)}, cards=("query", "hits"), layout="narrow")


def _answer(workbench: Workbench, selection: Selection) -> str:
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
        )
        result = search(connection, workbench.embedder, query, better=workbench.better_embedder)
    return hits_list(result, selection)


def _documents(connection: Connection, selection: Selection) -> tuple[int, ...]:
    if not selection.document.strip():
        return ()
    return tuple(document.document_id for document in documents_called(connection, selection.document))


def hits_list(result: SearchResult, selection: Selection) -> str:
    """The hits, each with its source, a snippet around the words of the question, and its place in the reader."""
    if not result.hits:
        return _understood(result, selection) + _nothing(selection)
    rows = "".join(f"<li>{_hit(hit, selection)}</li>" for hit in result.hits)
    near = f'<p class="small muted">{result.caution}</p>' if result.caution else ""
    return f'{_understood(result, selection)}{near}<ol class="hits">{rows}</ol>{_pager(result, selection)}'


def _ignored(selection: Selection) -> tuple[str, ...]:
    return tuple(word for word in selection.ignore.split("|") if word.strip())


def _understood(result: SearchResult, selection: Selection) -> str:
    """What the question was taken to name, each with a link that takes it back; and what was taken back, to restore."""
    understood, question = result.understood, read_question(result.query.text).text
    named = [(question[mention.start : mention.end], mention.company.label) for mention in understood.companies]
    named += [(mention.said, f"form {mention.form}") for mention in understood.forms]
    named += [(mention.said, f"Item {mention.item}, {mention.title}") for mention in understood.items]
    named += [(mention.said, f"newest {mention.forms[0]}") for mention in understood.newest]
    for mention in understood.periods:
        quarter = f"Q{mention.period.quarter} " if mention.period.quarter else ""
        named.append((mention.said, f"fiscal {quarter}{mention.period.fiscal_year}"))
    named += [(term.said, term.filed[0]) for term in understood.terms if term.said.lower() != term.filed[0].lower()]
    ignored = _ignored(selection)
    chips = []
    for said, meant in named:
        without = replace(selection, ignore="|".join((*ignored, said)), offset=0)
        title = escape(f"take “{said}” as mere words")
        chips.append(f'<a class="tag" href="{address("search", without)}" title="{title}">{escape(meant)} ×</a>')
    for word in ignored:
        again = replace(selection, ignore="|".join(other for other in ignored if other != word), offset=0)
        title = escape(f"understand “{word}” again")
        chips.append(f'<a class="tag" href="{address("search", again)}" title="{title}"><s>{escape(word)}</s> ↺</a>')
    return f'<p class="small muted">Listed first: {" ".join(chips)}</p>' if chips else ""


def _snippet(hit: Hit) -> str:
    """The part of the passage with the most different words of the question, as markup."""
    shown = snippet(hit, _SNIPPET)
    pieces, at = [], 0
    for start, end in shown.highlights:
        pieces += [escape(shown.text[at:start]), "<mark>", escape(shown.text[start:end]), "</mark>"]
        at = end
    return "".join([*pieces, escape(shown.text[at:])])


def _hit(hit: Hit, selection: Selection) -> str:
    target = Selection(
        accession=hit.accession.text if hit.accession else "",
        document=hit.document if hit.accession else str(hit.document_id),
        as_of=selection.as_of,
        start=hit.start,
        end=hit.end,
    )
    labels = "".join(tag(text) for text in citation(hit))
    filed = f'<span class="muted small">filed {day(hit.filed_on)}</span>' if hit.filed_on else ""
    also = ""
    if hit.also_in:
        also = f'<span class="muted small">and in {len(hit.also_in)} more filing{"s" if len(hit.also_in) > 1 else ""}</span>'
    name = hit.company or hit.title or hit.document
    return (
        f'<div class="source"><a href="{address("reader", target)}">{escape(name)}</a>{labels}{filed}{also}</div>'
        f'<div class="snippet">{_snippet(hit)}</div>'
    )


def _pager(result: SearchResult, selection: Selection) -> str:
    back = ""
    if selection.offset:
        earlier = replace(selection, offset=max(0, selection.offset - _HITS))
        back = f'<a href="{address("search", earlier)}">← Previous</a>'
    on = ""
    if result.next_offset is not None:
        on = f'<a href="{address("search", replace(selection, offset=result.next_offset))}">More →</a>'
    return f'<div class="pager"><span>{back}</span><span>{on}</span></div>' if back or on else ""


def _nothing(selection: Selection) -> str:
    limits = (selection.ticker, selection.form, selection.item, selection.document, selection.fiscal_year, selection.as_of)
    if any(limits):
        return notice(
            "Nothing found within these limits.", "Take one of them away, or choose a later as-of date.", is_inline=True
        )
    return notice("Nothing found.", "Filings are searched once `workbench ingest TICKER` has brought them in.", is_inline=True)


def _invitation() -> str:
    return notice(
        "Search the text of filings.",
        "Ask in your own words or in the filing's; both are looked for. Every hit opens at its place in the filing.",
        is_inline=True,
    )


def _form(selection: Selection) -> str:
    forms = _FORMS if selection.form in ("", *_FORMS) else (*_FORMS, selection.form)
    options = "".join(
        f'<option value="{escape(form)}"{" selected" if form == selection.form else ""}>{escape(form)}</option>'
        for form in forms
    )
    as_of = f'<input type="hidden" name="as_of" value="{selection.as_of.isoformat()}">' if selection.as_of else ""
    return (
        f'<form class="query" action="search" role="search">{as_of}'
        f'<input name="q" type="search" aria-label="Question" placeholder="supply chain concentration in Asia" required '
        f'value="{escape(selection.q)}" autocomplete="off"><button class="primary" type="submit">Search</button>'
        f'<div class="filters"><label>Company <input name="ticker" placeholder="any" value="{escape(selection.ticker)}" '
        f'spellcheck="false" autocomplete="off"></label>'
        f'<label>Form <select name="form"><option value="">any</option>{options}</select></label>'
        f'<label>Item <input name="item" placeholder="any" value="{escape(selection.item)}" autocomplete="off"></label>'
        f'<label>Fiscal year <input name="fiscal_year" placeholder="any" value="{selection.fiscal_year or ""}" '
        f'inputmode="numeric" pattern="[0-9]{{4}}" title="a year such as 2024" autocomplete="off"></label>'
        f'<label>Document <input name="document" placeholder="any" value="{escape(selection.document)}" '
        f'title="title, file name, accession or number" spellcheck="false" autocomplete="off"></label>'
        f"</div></form>"
    )
