"""Search results in the shape that the command line and the API give out."""

from __future__ import annotations

from typing import Any

from workbench.domain.passages import Hit
from workbench.search.hybrid import SearchResult


def result_as_json(result: SearchResult) -> dict[str, Any]:
    """`query`, `as_of`, `hits[]` (see `hit_as_json`), `next_offset` and `companies_named`, of JSON's own types only."""
    query = result.query
    return {
        "query": query.text,
        "as_of": query.as_of.isoformat() if query.as_of else None,
        "hits": [hit_as_json(hit) for hit in result.hits],
        "next_offset": result.next_offset,
        "companies_named": list(dict.fromkeys(mention.company.label for mention in result.mentions)),
    }


def hit_as_json(hit: Hit) -> dict[str, Any]:
    """One citation. `company` is the ticker, or `CIK n` where there is none; `start` and `end` count in the extracted text."""
    return {
        "company": hit.company_label,
        "accession": str(hit.accession) if hit.accession else None,
        "form": hit.form,
        "filed_on": hit.filed_on.isoformat() if hit.filed_on else None,
        "item": hit.item,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "score": round(hit.score, 6),
        "document": hit.document,
        "title": hit.title,
        "page": hit.page,
        "part": hit.part,
        "cik": hit.cik.number if hit.cik else None,
        "company_name": hit.company,
        "highlights": [list(span) for span in hit.highlights],
        "also_in": [str(accession) for accession in hit.also_in],
        "text_rank": hit.text_rank,
        "vector_rank": hit.vector_rank,
    }
