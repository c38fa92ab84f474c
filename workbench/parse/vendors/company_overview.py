"""Alpha Vantage's OVERVIEW of a company, as JSON in which every value is a text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from workbench.domain.errors import MalformedDocument
from workbench.domain.identity import Company, Ticker
from workbench.domain.market.overview import CompanyOverview
from workbench.parse.json_document import mapping, read_json

# How the service spells that it does not know.
_NOTHING = frozenset(["", "none", "-", "null", "n/a", "nan", "0000-00-00"])


def parse_overview(content: bytes, company: Company, ticker: Ticker, source: str) -> CompanyOverview:
    """The overview; figures exactly as spelled, texts without the capitals the service shouts in.

    A value that is not of its kind (a date that is none, a negative count of shares) is left out. Raises MalformedDocument
    for another kind of body, and for the overview of another share or company.
    """
    name = f"overview of {ticker}"
    body = {key: str(value).strip() for key, value in mapping(read_json(content, name), name).items()}
    if body.get("Symbol", "").upper().replace(".", "-") != ticker.symbol:
        raise MalformedDocument(f"{name}: it is that of another ticker", document=name)
    cik = body.get("CIK", "").lstrip("0")
    if cik.isdigit() and cik != str(company.cik):
        raise MalformedDocument(f"{name}: it is that of the company with the CIK {cik}, not {company.cik}", document=name)
    fields = {key: value for key, value in body.items() if value.lower() not in _NOTHING}
    return CompanyOverview(
        company.cik,
        ticker,
        source,
        exchange=fields.get("Exchange"),
        currency=fields.get("Currency"),
        country=fields.get("Country"),
        sector=_title(fields.get("Sector")),
        industry=_title(fields.get("Industry")),
        website=_website(fields.get("OfficialSite")),
        fiscal_year_end=fields.get("FiscalYearEnd"),
        latest_quarter_on=_day(fields.get("LatestQuarter")),
        outstanding_shares=_count(fields.get("SharesOutstanding")),
        float_shares=_count(fields.get("SharesFloat")),
        market_capitalization=_number(fields.get("MarketCapitalization")),
        dividend_per_share=_number(fields.get("DividendPerShare")),
        dividend_on=_day(fields.get("DividendDate")),
        ex_dividend_on=_day(fields.get("ExDividendDate")),
        analyst_target_price=_number(fields.get("AnalystTargetPrice")),
        beta=_number(fields.get("Beta"), may_be_negative=True),
    )


def _title(text: str | None) -> str | None:
    """`LIFE SCIENCES` as `Life Sciences`; what is not all capitals stays as it is."""
    return text.title() if text is not None and text.isupper() else text


def _website(text: str | None) -> str | None:
    return text if text is not None and text.lower().startswith(("https://", "http://")) else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _count(text: str | None) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number == number.to_integral_value() else None


def _number(text: str | None, *, may_be_negative: bool = False) -> Decimal | None:
    try:
        number = Decimal(text) if text else None
    except InvalidOperation:
        return None
    if number is None or not number.is_finite() or not -20 < number.adjusted() < 20:
        return None
    return number if may_be_negative or number >= 0 else None
