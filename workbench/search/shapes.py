"""Search results in the shape that the command line and the API give out."""

from __future__ import annotations

from typing import Any

from workbench.domain.filings.passages import Hit
from workbench.search.citations import item_title
from workbench.search.hybrid import SearchResult
from workbench.search.syntax import read_question
from workbench.search.understanding import Understanding


def result_as_json(result: SearchResult) -> dict[str, Any]:
    """The question, what it was understood to name, and the hits, of JSON's own types only.

    `query`, `as_of`, `hits[]` (see `hit_as_json`), `next_offset`, `companies_named`, `interpreted` (see
    `understanding_as_json`), and `model`, the embedding model that was asked.
    """
    query = result.query
    return {
        "query": query.text,
        "as_of": query.as_of.isoformat() if query.as_of else None,
        "hits": [hit_as_json(hit) for hit in result.hits],
        "next_offset": result.next_offset,
        "companies_named": list(dict.fromkeys(mention.company.label for mention in result.mentions)),
        "interpreted": understanding_as_json(read_question(query.text).text, result.understood),
        "model": result.model,
        "unanswered": result.unanswered,
    }


def understanding_as_json(question: str, understood: Understanding) -> dict[str, Any]:
    """`companies[]`, `forms[]`, `items[]`, `periods[]`, `newest[]` and `terms[]`; `said` of each takes it back as `ignore`."""
    return {
        "companies": [
            {"said": question[mention.start : mention.end], "company": mention.company.label, "name": mention.company.name}
            for mention in understood.companies
        ],
        "forms": [{"said": mention.said, "form": mention.form} for mention in understood.forms],
        "items": [{"said": mention.said, "item": mention.item, "title": mention.title} for mention in understood.items],
        "newest": [{"said": mention.said, "forms": list(mention.forms)} for mention in understood.newest],
        "periods": [
            {"said": mention.said, "fiscal_year": mention.period.fiscal_year, "quarter": mention.period.quarter}
            for mention in understood.periods
        ],
        "terms": [
            {"said": term.said, "line": term.line, "label": term.label, "filed": list(term.filed)} for term in understood.terms
        ],
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
        "document_id": hit.document_id,
        "title": hit.title,
        "page": hit.page,
        "part": hit.part,
        "cik": hit.cik.number if hit.cik else None,
        "company_name": hit.company,
        "fiscal_year": hit.period.fiscal_year if hit.period else None,
        "fiscal_quarter": hit.period.quarter if hit.period else None,
        "item_title": item_title(hit),
        "highlights": [list(span) for span in hit.highlights],
        "also_in": [str(accession) for accession in hit.also_in],
        "text_rank": hit.text_rank,
        "vector_rank": hit.vector_rank,
    }
