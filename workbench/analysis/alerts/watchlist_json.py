"""Watchlists as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, Schema, utc_text
from workbench.analysis.company_json import CompanyAnswer, company_answer
from workbench.domain.identity import Company
from workbench.domain.rights.roles import Role


class WatchlistAnswer(TypedDict, closed=True):
    """A watchlist of the caller, or shared with the caller's role, with the number of companies on it."""

    name: str
    owner: str
    shared_with: Annotated[list[str], Schema(description="The roles that may read it, besides its owner.")]
    companies: int
    created_at: IsoTime


class WatchlistsAnswer(TypedDict, closed=True):
    """The caller's watchlists by name, then the shared ones."""

    watchlists: list[WatchlistAnswer]


class WatchlistDetailAnswer(TypedDict, closed=True):
    """One watchlist with its companies, in the order in which they were added."""

    name: str
    owner: str
    companies: list[CompanyAnswer]


def watchlist_answer(
    name: str, owner: str, shared_with: Iterable[Role], companies: int, created_at: datetime
) -> WatchlistAnswer:
    """One watchlist without its companies."""
    return {
        "name": name,
        "owner": owner,
        "shared_with": [role.value for role in shared_with],
        "companies": companies,
        "created_at": utc_text(created_at),
    }


def watchlist_detail(name: str, owner: str, companies: Iterable[Company]) -> WatchlistDetailAnswer:
    """One watchlist with its companies, in the order given."""
    return {"name": name, "owner": owner, "companies": [company_answer(company) for company in companies]}
