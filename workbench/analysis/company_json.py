"""Companies as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, Page, PageFields, Schema
from workbench.domain.identity import Cik, Company, FormerName, Listing, Ticker


class ListingAnswer(TypedDict, closed=True):
    """One share class."""

    ticker: str
    exchange: str | None


class _CompanyFields(TypedDict):
    cik: int
    ticker: Annotated[str | None, Schema(description="The first listed share class.")]
    name: Annotated[str, Schema(description="The name that it files under.")]
    display_name: Annotated[str, Schema(description="The name as people write it.")]
    listings: list[ListingAnswer]
    sic: Annotated[str | None, Schema(description="Standard Industrial Classification code.")]
    sic_description: str | None
    category: Annotated[str | None, Schema(description="Filer category, such as Large accelerated filer.")]
    entity_type: str | None
    fiscal_year_end: Annotated[str | None, Schema(description="MMDD, as the company states it.")]
    state_of_incorporation: str | None


class CompanyAnswer(_CompanyFields, closed=True):
    """A company as its newest submissions describe it. `fiscal_year_end` is MMDD as stated."""


class FormerNameAnswer(TypedDict, closed=True):
    """A former name of the company; `until_on` is the day of the change."""

    name: str
    from_on: IsoDate | None
    until_on: IsoDate | None


class CompanyDetailAnswer(_CompanyFields, closed=True):
    """A company as its newest submissions describe it, with its former names."""

    former_names: list[FormerNameAnswer]


class CompanyPage(PageFields, closed=True):
    """Companies, the best match first."""

    companies: list[CompanyAnswer]


class FilerAnswer(TypedDict, closed=True):
    """The company that the figures belong to."""

    ticker: str | None
    cik: int
    name: str
    display_name: str


def company_answer(company: Company) -> CompanyAnswer:
    """The company without its former names; listings in the SEC's order."""
    return {
        "cik": company.cik.number,
        "ticker": company.ticker.symbol if company.ticker else None,
        "name": company.name,
        "display_name": company.display_name,
        "listings": [{"ticker": listing.ticker.symbol, "exchange": listing.exchange} for listing in company.listings],
        "sic": company.sic,
        "sic_description": company.sic_description,
        "category": company.category,
        "entity_type": company.entity_type,
        "fiscal_year_end": company.fiscal_year_end,
        "state_of_incorporation": company.state_of_incorporation,
    }


def company_detail(company: Company) -> CompanyDetailAnswer:
    """The company with its former names."""
    former: list[FormerNameAnswer] = [
        {
            "name": each.name,
            "from_on": each.from_on.isoformat() if each.from_on else None,
            "until_on": each.until_on.isoformat() if each.until_on else None,
        }
        for each in company.former_names
    ]
    return {**company_answer(company), "former_names": former}


def company_from(answer: CompanyDetailAnswer) -> Company:
    """The company that `company_detail` described."""
    return Company(
        cik=Cik(answer["cik"]),
        name=answer["name"],
        listings=tuple(Listing(Ticker(each["ticker"]), each["exchange"]) for each in answer["listings"]),
        sic=answer["sic"],
        sic_description=answer["sic_description"],
        category=answer["category"],
        entity_type=answer["entity_type"],
        fiscal_year_end=answer["fiscal_year_end"],
        state_of_incorporation=answer["state_of_incorporation"],
        former_names=tuple(
            FormerName(each["name"], _day(each["from_on"]), _day(each["until_on"])) for each in answer["former_names"]
        ),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def company_page(companies: Iterable[Company], page: Page) -> CompanyPage:
    """Part of a list of companies, in the order given."""
    return {"companies": [company_answer(company) for company in companies], **page}


def filer_answer(company: Company) -> FilerAnswer:
    """Whose figures they are."""
    return {
        "ticker": company.ticker.symbol if company.ticker else None,
        "cik": company.cik.number,
        "name": company.name,
        "display_name": company.display_name,
    }
