"""Watchlists as the API gives them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from api.schemas import CompanyOut
from db.alerts.watchlists import Watchlist

_LIST: JsonDict = {"name": "retail", "companies": 2, "created_at": "2026-01-31T09:00:00Z"}
_COMPANY: JsonDict = {
    "cik": 27419, "ticker": "TGT", "name": "TARGET CORP", "listings": [{"ticker": "TGT", "exchange": "NYSE"}], "sic": "5331",
    "sic_description": "Retail-Variety Stores", "category": "Large accelerated filer", "entity_type": "operating",
    "fiscal_year_end": "0131", "state_of_incorporation": "MN",
}  # fmt: skip


class WatchlistOut(BaseModel):
    """One list of the asker's own, and how many companies are on it."""

    name: str
    companies: int
    created_at: datetime
    model_config = ConfigDict(json_schema_extra={"example": _LIST})

    @classmethod
    def of(cls, watchlist: Watchlist) -> WatchlistOut:
        """The shape of `watchlist`."""
        return cls(name=watchlist.name, companies=watchlist.companies, created_at=watchlist.created_at)


class WatchlistsOut(BaseModel):
    """The asker's lists, by name."""

    watchlists: list[WatchlistOut]
    model_config = ConfigDict(json_schema_extra={"example": {"watchlists": [_LIST]}})


class WatchlistDetail(BaseModel):
    """One list with its companies, in the order in which they were put there."""

    name: str
    companies: list[CompanyOut]
    model_config = ConfigDict(json_schema_extra={"example": {"name": "retail", "companies": [_COMPANY]}})
