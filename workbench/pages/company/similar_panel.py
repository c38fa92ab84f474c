"""Similar companies on a company's page, with the similarity by text, industry and size, and matching passages."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from workbench.domain.filings.passages import Hit
from workbench.domain.filings.similarity import SimilarCompany
from workbench.pages.frame.markup import href, key
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_QUOTED = 240


def similar_table(companies: Sequence[SimilarCompany], selection: Selection) -> Markup:
    """One row a company, most similar first, with a link to its page."""
    if not companies:
        return fragment("company/similar_panel.html", "empty")
    return fragment("company/similar_panel.html", "similar", [_row(one, selection) for one in companies])


def _row(one: SimilarCompany, selection: Selection) -> dict[str, Any]:
    shares = (one.text_similarity, one.industry_similarity, one.size_similarity)
    revenue = one.size.revenue if one.size else None
    return {
        "href": href("company", Selection(ticker=key(one.company), as_of=selection.as_of)),
        "name": one.company.display_name,
        "score": f"{one.score:.2f}",
        "shares": ["–" if share is None else f"{share:.2f}" for share in shares],
        "revenue": f"{revenue / Decimal(10**9):,.1f} bn {one.size.currency}" if revenue is not None and one.size else "–",
        "summary": _begin(one.passages[0].other.text, 70) if one.passages else "",
        "quotes": [_quote(hit, selection) for pair in one.passages for hit in (pair.own, pair.other)],
    }


def _quote(hit: Hit, selection: Selection) -> dict[str, str]:
    target = Selection(
        accession=hit.accession.text if hit.accession else "",
        document=hit.document if hit.accession else str(hit.document_id),
        as_of=selection.as_of,
        start=hit.start,
        end=hit.end,
    )
    return {"href": href("reader", target), "who": hit.company_label or hit.document, "text": _begin(hit.text, _QUOTED)}


def _begin(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"
