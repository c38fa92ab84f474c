"""Watchlists as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, utc_text
from workbench.analysis.company_json import CompanyAnswer, company_answer
from workbench.domain.identity import Company


class WatchlistAnswer(TypedDict, closed=True):
    """One of the caller's watchlists, with the number of companies on it."""

    name: str
    companies: int
    created_at: IsoTime


class WatchlistsAnswer(TypedDict, closed=True):
    """The caller's watchlists, by name."""

    watchlists: list[WatchlistAnswer]


class WatchlistDetailAnswer(TypedDict, closed=True):
    """One watchlist with its companies, in the order in which they were added."""

    name: str
    companies: list[CompanyAnswer]


def watchlist_answer(name: str, companies: int, created_at: datetime) -> WatchlistAnswer:
    """One watchlist without its companies."""
    return {"name": name, "companies": companies, "created_at": utc_text(created_at)}


def watchlist_detail(name: str, companies: Iterable[Company]) -> WatchlistDetailAnswer:
    """One watchlist with its companies, in the order given."""
    return {"name": name, "companies": [company_answer(company) for company in companies]}
