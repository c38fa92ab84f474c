"""What a vendor says of a listed company as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbench.domain.identity import Cik, Ticker


@dataclass(frozen=True, slots=True)
class CompanyOverview:
    """The vendor's words and figures on the day they were asked for; None is what it does not say.

    Money is in `currency`, per share where the name says so. `fiscal_year_end` is a month in the vendor's spelling,
    `dividend_on` the day of the last or next payment, `ex_dividend_on` the first day a share trades without it.
    """

    cik: Cik
    ticker: Ticker
    source: str
    exchange: str | None = None
    currency: str | None = None
    country: str | None = None
    sector: str | None = None
    industry: str | None = None
    website: str | None = None
    fiscal_year_end: str | None = None
    latest_quarter_on: date | None = None
    outstanding_shares: int | None = None
    float_shares: int | None = None
    market_capitalization: Decimal | None = None
    dividend_per_share: Decimal | None = None
    dividend_on: date | None = None
    ex_dividend_on: date | None = None
    analyst_target_price: Decimal | None = None
    beta: Decimal | None = None


@dataclass(frozen=True, slots=True)
class KnownOverview:
    """An overview with the first day on which the vendor was found to say so, and the last."""

    overview: CompanyOverview
    known_from: date
    checked_on: date
