"""Similar companies as JSON: one shape for the command line and the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate
from workbench.domain.filings.passages import Hit
from workbench.domain.filings.similarity import CompanySize, SharedPassages, SimilarCompany
from workbench.domain.identity import Company


class PassageAnswer(TypedDict, closed=True):
    """A citation: `start` and `end` count characters of the extracted text of the filing's document."""

    accession: str | None
    document: str
    item: str | None
    start: int
    end: int
    text: str


class SharedPassagesAnswer(TypedDict, closed=True):
    """A passage of each company's annual report on the same subject."""

    similarity: float
    own: PassageAnswer
    other: PassageAnswer


class SizeAnswer(TypedDict, closed=True):
    """Figures of the last fiscal year, as decimal text."""

    revenue: str | None
    total_assets: str | None
    currency: str
    period: str


class SimilarCompanyAnswer(TypedDict, closed=True):
    """One company and its similarity from 0 to 1; a part is null if either company has nothing to compare."""

    company: str
    cik: int
    company_name: str
    score: float
    text_similarity: float | None
    industry_similarity: float | None
    size_similarity: float | None
    sic: str | None
    sic_description: str | None
    size: SizeAnswer | None
    accession: str | None
    filed_on: IsoDate | None
    passages: list[SharedPassagesAnswer]


class SimilarCompaniesAnswer(TypedDict, closed=True):
    """The companies most similar to one, the most similar first."""

    company: str
    cik: int
    as_of: IsoDate | None
    similar: list[SimilarCompanyAnswer]


def similar_document(
    company: Company, as_of: date | None, similar_companies: Sequence[SimilarCompany]
) -> SimilarCompaniesAnswer:
    """The companies of `found`, in their order."""
    return {
        "company": company.label,
        "cik": company.cik.number,
        "as_of": as_of.isoformat() if as_of else None,
        "similar": [_similar(one) for one in similar_companies],
    }


def _similar(one: SimilarCompany) -> SimilarCompanyAnswer:
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


def _size(size: CompanySize | None) -> SizeAnswer | None:
    if size is None:
        return None
    return {
        "revenue": None if size.revenue is None else format(size.revenue, "f"),
        "total_assets": None if size.total_assets is None else format(size.total_assets, "f"),
        "currency": size.currency,
        "period": size.period_label,
    }


def _pair(pair: SharedPassages) -> SharedPassagesAnswer:
    return {"similarity": round(pair.similarity, 4), "own": _passage(pair.own), "other": _passage(pair.other)}


def _passage(hit: Hit) -> PassageAnswer:
    return {
        "accession": str(hit.accession) if hit.accession else None,
        "document": hit.document,
        "item": hit.item,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
    }
