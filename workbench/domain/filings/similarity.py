"""Similarity of two companies: by the text of their reports, by industry, and by size."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import acos, log10, pi

from workbench.domain.filings.filing import Document
from workbench.domain.filings.passages import Hit
from workbench.domain.identity import Company

# The weight of each part. Text has the largest weight: it distinguishes companies with the same industry code.
_WEIGHTS = {"text": 0.6, "industry": 0.25, "size": 0.15}


@dataclass(frozen=True, slots=True)
class CompanySize:
    """Revenue and total assets of the last known fiscal year; None without such a figure."""

    revenue: Decimal | None
    total_assets: Decimal | None
    currency: str
    period_label: str


@dataclass(frozen=True, slots=True)
class SharedPassages:
    """Two similar passages, one of each company, on a subject that few other companies write about; `similarity` is cosine."""

    own: Hit
    other: Hit
    similarity: float


@dataclass(frozen=True, slots=True)
class SimilarCompany:
    """A similar company. `text_similarity` is the cosine (-1 to 1) of Items 1 and 1A of the newest annual reports,
    `industry_similarity` and `size_similarity` are 0 to 1; each is None if one of the companies has no data for it.

    `score` is their weighted mean, without the missing parts.
    """

    company: Company
    document: Document | None
    size: CompanySize | None
    text_similarity: float | None
    industry_similarity: float | None
    size_similarity: float | None
    passages: tuple[SharedPassages, ...] = ()

    @property
    def score(self) -> float:
        """0 to 1: text 0.6, industry 0.25, size 0.15. Text counts by the angle between the two, because the cosines of any
        two annual reports are high and differ little.
        """
        angle = 1 - 2 * acos(min(max(self.text_similarity or 0.0, 0.0), 1.0)) / pi
        return (
            _WEIGHTS["text"] * angle
            + _WEIGHTS["industry"] * (self.industry_similarity or 0.0)
            + _WEIGHTS["size"] * (self.size_similarity or 0.0)
        )


def industry_similarity(sic: str | None, other: str | None) -> float | None:
    """By the Standard Industrial Classification, whose first two digits are a major group, three a group, four an
    industry: 0.5, 0.75 or 1 for as many common digits, else 0. None when either has no code.
    """
    if not sic or not other:
        return None
    return next((share for digits, share in ((4, 1.0), (3, 0.75), (2, 0.5)) if sic[:digits] == other[:digits]), 0.0)


def size_similarity(size: CompanySize | None, other: CompanySize | None) -> float | None:
    """1 for the same size, 1/2 for ten times the size, 1/3 for a hundred times: the mean over revenue and total assets,
    of those that are above zero for both. None if there are none, or in different currencies.
    """
    if size is None or other is None or size.currency != other.currency:
        return None
    pairs = ((size.revenue, other.revenue), (size.total_assets, other.total_assets))
    results = [1 / (1 + abs(log10(float(one / two)))) for one, two in pairs if one and two and one > 0 and two > 0]
    return sum(results) / len(results) if results else None
