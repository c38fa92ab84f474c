"""How alike industries and sizes are."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.domain.filings.similarity import CompanySize, SimilarCompany, industry_similarity, size_similarity
from workbench.domain.identity import Cik, Company


def size(revenue: str | None, assets: str | None = None, currency: str = "USD") -> CompanySize:
    return CompanySize(Decimal(revenue) if revenue else None, Decimal(assets) if assets else None, currency, "FY 2024")


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("3571", "3571", 1.0), ("3571", "3572", 0.75), ("3571", "3590", 0.5), ("3571", "7372", 0.0), (None, "3571", None)],
)
def test_industries_by_common_digits(one: str | None, other: str, share: float | None) -> None:
    assert industry_similarity(one, other) == industry_similarity(other, one) == share


def test_sizes_by_orders_of_magnitude() -> None:
    assert size_similarity(size("100"), size("100")) == 1
    assert size_similarity(size("100"), size("1000")) == pytest.approx(1 / 2)
    assert size_similarity(size("10000", "5"), size("100", "5")) == pytest.approx((1 / 3 + 1) / 2)


def test_what_cannot_be_compared_is_not() -> None:
    assert size_similarity(size("100"), size("100", currency="EUR")) is None
    assert size_similarity(size("100"), size(None, "5")) is None
    assert size_similarity(size("-3"), size("100")) is None
    assert size_similarity(None, size("1")) is None


def test_the_score_is_one_for_a_twin_and_nought_for_a_stranger() -> None:
    company = Company(Cik(1), "One")
    assert SimilarCompany(company, None, None, 1.0, 1.0, 1.0).score == pytest.approx(1)
    assert SimilarCompany(company, None, None, None, None, None).score == pytest.approx(0)
    assert SimilarCompany(company, None, None, -0.5, 0.0, 0.0).score == pytest.approx(0)
    assert SimilarCompany(company, None, None, None, 1.0, None).score == pytest.approx(0.25)
