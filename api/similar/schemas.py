"""Similar companies, as JSON."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PassageOut(_Schema):
    """A citation: `start` and `end` count in the extracted text of the filing's document."""

    accession: str | None
    document: str
    item: str | None
    start: int
    end: int
    text: str


class SharedPassagesOut(_Schema):
    """A passage of either company's annual report that speak of the same."""

    similarity: float
    own: PassageOut
    other: PassageOut


class SizeOut(_Schema):
    """Figures of the last fiscal year, as decimals in text."""

    revenue: str | None
    total_assets: str | None
    currency: str
    period: str


class SimilarOut(_Schema):
    """One company, and what it has in common; a side is null where one of the two has nothing to compare."""

    company: str
    cik: int
    company_name: str
    score: float
    text_similarity: float | None
    industry_similarity: float | None
    size_similarity: float | None
    sic: str | None
    sic_description: str | None
    size: SizeOut | None
    accession: str | None
    filed_on: date | None
    passages: list[SharedPassagesOut]


class SimilarCompaniesOut(_Schema):
    """The companies most like one, the most alike first."""

    company: str
    cik: int
    as_of: date | None
    similar: list[SimilarOut]
