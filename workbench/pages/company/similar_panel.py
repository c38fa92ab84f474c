"""Similar companies on a company's page: each with what makes it alike, and the passages of both on request."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from workbench.domain.filings.passages import Hit
from workbench.domain.filings.similarity import SharedPassages, SimilarCompany
from workbench.pages.frame.markup import address, key
from workbench.pages.frame.selection import Selection

_QUOTED = 240


def similar_table(found: Sequence[SimilarCompany], selection: Selection) -> str:
    """The companies, the most alike first, each a link to its page."""
    head = '<div class="head"><h2>Similar companies</h2></div>'
    if not found:
        return f'{head}<p class="muted">None is here yet: they are found by annual reports and by industry.</p>'
    rows = "".join(_row(one, selection) for one in found)
    note = (
        '<p class="legend">By the text of Items 1 and 1A of the newest annual reports (0.6), by industry (0.25) and by '
        "revenue and total assets (0.15).</p>"
    )
    titles = "".join(
        f"<th>{title}</th>" for title in ("Company", "Alike", "Text", "Industry", "Size", "Revenue", "Both speak of")
    )
    table = f'<table class="filings alike"><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>'
    return f'{head}<div class="scroll">{table}</div>{note}'


def _row(one: SimilarCompany, selection: Selection) -> str:
    page = address("company", Selection(ticker=key(one.company), as_of=selection.as_of))
    shares = "".join(
        f"<td>{'–' if share is None else f'{share:.2f}'}</td>"
        for share in (one.text_similarity, one.industry_similarity, one.size_similarity)
    )
    revenue = one.size.revenue if one.size else None
    amount = f"{revenue / Decimal(10**9):,.1f} bn {escape(one.size.currency)}" if revenue is not None and one.size else "–"
    return (
        f'<tr><td><a href="{page}">{escape(one.company.name)}</a></td><td><b>{one.score:.2f}</b></td>{shares}'
        f"<td>{amount}</td><td class='wide'>{_passages(one.passages, selection)}</td></tr>"
    )


def _passages(pairs: Sequence[SharedPassages], selection: Selection) -> str:
    if not pairs:
        return '<span class="faint">–</span>'
    quotes = "".join(f"<p>{_quote(pair.own, selection)}</p><p>{_quote(pair.other, selection)}</p>" for pair in pairs)
    return f'<details><summary class="muted">{escape(_begin(pairs[0].other.text, 70))}</summary>{quotes}</details>'


def _quote(hit: Hit, selection: Selection) -> str:
    target = Selection(
        accession=hit.accession.text if hit.accession else "",
        document=hit.document if hit.accession else str(hit.document_id),
        as_of=selection.as_of,
        start=hit.start,
        end=hit.end,
    )
    who = escape(hit.company_label or hit.document)
    return f'<a href="{address("reader", target)}">{who}</a> <span class="small">{escape(_begin(hit.text, _QUOTED))}</span>'


def _begin(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"
