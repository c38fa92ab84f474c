"""Domain values as JSON. Dates are ISO, times UTC, money and prices decimal numbers as strings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from workbench.domain.filings.filing import Document, Filing, Section
from workbench.domain.identity import Company
from workbench.domain.market.prices import DailyBar, PriceSeries


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ListingOut(_Schema):
    """One share class."""

    ticker: str
    exchange: str | None


class CompanyOut(_Schema):
    """A company as its newest submissions describe it. `fiscal_year_end` is MMDD as stated."""

    cik: int
    ticker: str | None
    name: str
    listings: list[ListingOut]
    sic: str | None
    sic_description: str | None
    category: str | None
    entity_type: str | None
    fiscal_year_end: str | None
    state_of_incorporation: str | None

    @classmethod
    def of(cls, company: Company) -> CompanyOut:
        """The company, written out."""
        return cls(
            cik=company.cik.number,
            ticker=company.ticker.symbol if company.ticker else None,
            name=company.name,
            listings=[ListingOut(ticker=listing.ticker.symbol, exchange=listing.exchange) for listing in company.listings],
            sic=company.sic,
            sic_description=company.sic_description,
            category=company.category,
            entity_type=company.entity_type,
            fiscal_year_end=company.fiscal_year_end,
            state_of_incorporation=company.state_of_incorporation,
        )


class FormerNameOut(_Schema):
    """A name the company bore; `until_on` is the day of the change."""

    name: str
    from_on: date | None
    until_on: date | None


class CompanyDetail(CompanyOut):
    """A company with its former names."""

    former_names: list[FormerNameOut]

    @classmethod
    def of(cls, company: Company) -> CompanyDetail:
        """The company, written out in full."""
        former = [FormerNameOut(name=name.name, from_on=name.from_on, until_on=name.until_on) for name in company.former_names]
        return cls(**CompanyOut.of(company).model_dump(), former_names=former)


class FilingOut(_Schema):
    """One filing. `report_on` is the end of its period or the day of its event; `items` are of an 8-K."""

    cik: int
    accession: str
    form: str
    filed_on: date
    report_on: date | None
    accepted_at: datetime | None
    items: list[str]
    primary_document: str | None
    description: str | None
    size_bytes: int | None
    is_xbrl: bool
    is_inline_xbrl: bool

    @classmethod
    def of(cls, filing: Filing) -> FilingOut:
        """The filing, written out."""
        return cls(
            cik=filing.cik.number,
            accession=filing.accession.text,
            form=filing.form,
            filed_on=filing.filed_on,
            report_on=filing.report_on,
            accepted_at=filing.accepted_at,
            items=list(filing.items),
            primary_document=filing.primary_document,
            description=filing.description,
            size_bytes=filing.size_bytes,
            is_xbrl=filing.is_xbrl,
            is_inline_xbrl=filing.is_inline_xbrl,
        )


class _Page(_Schema):
    """Part of a list: `next_offset` continues it, and is null at its end."""

    limit: int
    offset: int
    next_offset: int | None


class CompanyPage(_Page):
    """Companies, the best match first."""

    companies: list[CompanyOut]


class FilingPage(_Page):
    """Filings of a company, newest first."""

    company: CompanyOut
    filings: list[FilingOut]


class BarOut(_Schema):
    """One trading day in US dollars a share; `adjusted_close` knows the splits and dividends up to `as_of`."""

    traded_on: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    adjusted_close: Decimal | None
    volume_shares: int

    @classmethod
    def of(cls, bar: DailyBar) -> BarOut:
        """The day, written out."""
        return cls(
            traded_on=bar.traded_on,
            open=bar.open,
            high=bar.high,
            low=bar.low,
            close=bar.close,
            adjusted_close=bar.adjusted_close,
            volume_shares=bar.volume_shares,
        )


class CoverageOut(_Schema):
    """What another source holds in the same window."""

    source: str
    first_on: date
    last_on: date
    bars: int


class PricesOut(_Schema):
    """Bars of one share class from one source, oldest first; `others` are the sources that were left aside."""

    ticker: str
    as_of: date | None
    source: str | None
    notice: str
    bars: list[BarOut]
    others: list[CoverageOut]

    @classmethod
    def of(cls, series: PriceSeries) -> PricesOut:
        """The series, written out."""
        return cls(
            ticker=series.ticker.symbol,
            as_of=series.as_of,
            source=series.source,
            notice=series.notice,
            bars=[BarOut.of(bar) for bar in series.bars],
            others=[CoverageOut(source=o.source, first_on=o.first_on, last_on=o.last_on, bars=o.bars) for o in series.others],
        )


class SectionOut(_Schema):
    """One item: the span [start, end) of characters in the document's extracted text; `text` only when asked for."""

    part: str | None
    item: str
    title: str
    start: int
    end: int
    confidence: float
    text: str | None
    method: str
    status: str


class SectionsOut(_Schema):
    """The items of a filing's primary document, in their order."""

    accession: str
    form: str | None
    filed_on: date | None
    document: str
    sections: list[SectionOut]

    @classmethod
    def of(cls, document: Document, sections: list[Section], text: str | None) -> SectionsOut:
        """The items, with their texts when the document's `text` is given."""
        return cls(
            accession=str(document.accession),
            form=document.form,
            filed_on=document.filed_on,
            document=document.name,
            sections=[
                SectionOut(
                    part=section.part,
                    item=section.item,
                    title=section.title,
                    start=section.start,
                    end=section.end,
                    confidence=section.confidence,
                    text=None if text is None else text[section.start : section.end],
                    method=section.method,
                    status=section.status,
                )
                for section in sections
            ],
        )
