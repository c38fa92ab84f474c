"""Similar companies in the shape that the command line and the API give out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from workbench.domain.filings.passages import Hit
from workbench.domain.filings.similarity import CompanySize, SharedPassages, SimilarCompany
from workbench.domain.identity import Company


def similar_document(company: Company, as_of: date | None, found: Sequence[SimilarCompany]) -> dict[str, Any]:
    """`company`, `as_of` and `similar[]`, the most alike first; of JSON's own types only."""
    return {
        "company": company.label,
        "cik": company.cik.number,
        "as_of": as_of.isoformat() if as_of else None,
        "similar": [_similar(one) for one in found],
    }


def _similar(one: SimilarCompany) -> dict[str, Any]:
    return {
        "company": one.company.label,
        "cik": one.company.cik.number,
        "company_name": one.company.name,
        "score": round(one.score, 4),
        "text_similarity": _rounded(one.text_similarity),
        "industry_similarity": _rounded(one.industry_similarity),
        "size_similarity": _rounded(one.size_similarity),
        "sic": one.company.sic,
        "sic_description": one.company.sic_description,
        "size": _size(one.size),
        "accession": str(one.document.accession) if one.document else None,
        "filed_on": one.document.filed_on.isoformat() if one.document and one.document.filed_on else None,
        "passages": [_pair(pair) for pair in one.passages],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _size(size: CompanySize | None) -> dict[str, Any] | None:
    if size is None:
        return None
    return {
        "revenue": None if size.revenue is None else format(size.revenue, "f"),
        "total_assets": None if size.total_assets is None else format(size.total_assets, "f"),
        "currency": size.currency,
        "period": size.period_label,
    }


def _pair(pair: SharedPassages) -> dict[str, Any]:
    return {"similarity": round(pair.similarity, 4), "own": _passage(pair.own), "other": _passage(pair.other)}


def _passage(hit: Hit) -> dict[str, Any]:
    return {
        "accession": str(hit.accession) if hit.accession else None,
        "document": hit.document,
        "item": hit.item,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
    }
