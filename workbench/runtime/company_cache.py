"""Companies by ticker or CIK, cached for an hour and dropped as soon as the database notifies a change."""

from __future__ import annotations

import json
import threading
import time
from datetime import date
from typing import Any

from db.companies import parse_cik_or_none, resolve
from db.engine import Database
from workbench.domain.identity import Cik, Company, FormerName, Listing, Ticker
from workbench.ports import Cache
from workbench.runtime.changes import Changes

_SECONDS = 3600.0
_MOST_AT_HAND = 20_000
_KEY = "company:"
_SHAPE = 1  # raise it when `_written` changes: an older process may share the cache


class CompanyCache:
    """`resolve` with a cache, for a long-running process."""

    def __init__(self, database: Database, cache: Cache, changes: Changes) -> None:
        self._database = database
        self._cache = cache
        self._changes = changes
        self._at_hand: dict[str, tuple[float, Company]] = {}
        self._changed = 0
        self._lock = threading.Lock()
        changes.subscribe(self._on_change)

    def at_hand(self, text: str) -> Company | None:
        """The company of a ticker or a CIK if this process has it in memory, else None; raises InvalidIdentifier."""
        until, company = self._at_hand.get(company_key(text), (0.0, None))
        return company if time.monotonic() < until and self._changes.is_listening else None

    def resolve(self, text: str) -> Company:
        """The company that a ticker or a CIK names; raises InvalidIdentifier and NotFound, which are not cached.

        The cache is only used while the database notifies changes; without notifications each call asks the database.
        """
        key = company_key(text)
        if not self._changes.is_listening:
            return self._ask(text)
        count = self._changed
        cached = json.loads(self._cache.answer(key, lambda: self._written(text), seconds=_SECONDS))
        company = _read(cached["company"]) if cached.get("shape") == _SHAPE else self._ask(text)
        with self._lock:
            if count == self._changed:  # else it may be older than the change
                if len(self._at_hand) >= _MOST_AT_HAND:
                    self._at_hand.clear()
                self._at_hand[key] = (time.monotonic() + _SECONDS, company)
        return company

    def _on_change(self, key: str | None) -> None:
        if key is None:
            self._cache.clear()
        elif key.startswith(_KEY):
            self._cache.drop(key)
        else:
            return
        # After the shared cache: what was read from it before this moment is not taken into memory.
        with self._lock:
            self._changed += 1
            if key is None:
                self._at_hand.clear()
            else:
                self._at_hand.pop(key, None)

    def _ask(self, text: str) -> Company:
        with self._database.read() as connection:
            return resolve(connection, text)

    def _written(self, text: str) -> bytes:
        return json.dumps({"shape": _SHAPE, "company": _plain(self._ask(text))}).encode()


def company_key(text: str) -> str:
    """The key that the database's change notifications use: `company:AAPL` or `company:320193`; raises InvalidIdentifier."""
    cik = parse_cik_or_none(text)
    return f"{_KEY}{cik.number if cik else Ticker.parse(text).symbol}"


def _plain(company: Company) -> dict[str, Any]:
    return {
        "cik": company.cik.number,
        "name": company.name,
        "listings": [[listing.ticker.symbol, listing.exchange] for listing in company.listings],
        "sic": company.sic,
        "sic_description": company.sic_description,
        "category": company.category,
        "entity_type": company.entity_type,
        "fiscal_year_end": company.fiscal_year_end,
        "state_of_incorporation": company.state_of_incorporation,
        "former_names": [[former.name, _iso(former.from_on), _iso(former.until_on)] for former in company.former_names],
    }


def _read(plain: dict[str, Any]) -> Company:
    return Company(
        **{
            **plain,
            "cik": Cik(plain["cik"]),
            "listings": tuple(Listing(Ticker(symbol), exchange) for symbol, exchange in plain["listings"]),
            "former_names": tuple(FormerName(name, _day(begin), _day(end)) for name, begin, end in plain["former_names"]),
        }
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
