"""Daily prices and company overviews from Alpha Vantage, whose refusals are a JSON object of one sentence with status 200."""

from __future__ import annotations

import json
from collections.abc import Callable

from workbench.domain.errors import NotFound, RateLimited, SourceRefused, WorkbenchError
from workbench.domain.identity import Ticker
from workbench.ports import Fetched
from workbench.sources.keyed_api import KeyedApi

KEY_HINT = "set WORKBENCH_ALPHA_VANTAGE__API_KEY; a free key is at alphavantage.co/support/#api-key"
_MINUTE_SECONDS = 60.0
# The day of the budget ends at the service's own midnight, which it does not tell: an hour is a fair time to ask again.
_DAY_PAUSE_SECONDS = 3600.0


class AlphaVantageSource:
    """A PriceSource. With `is_adjusted` closes adjusted for splits and dividends come too, which needs a paid plan."""

    def __init__(self, api: KeyedApi, *, is_adjusted: bool = False) -> None:
        self._api = api
        self._is_adjusted = is_adjusted

    @property
    def name(self) -> str:
        """The name its bars are stored under: adjusted and raw series are two sources, so neither overwrites the other."""
        return "alpha-vantage-adjusted" if self._is_adjusted else "alpha-vantage"

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()

    def daily(self, ticker: Ticker, *, is_full: bool) -> Fetched:
        """The daily series as CSV: the latest hundred trading days, or with `is_full` twenty years and more.

        Raises NotFound for a ticker the service does not know, RateLimited, SourceRefused (key, plan), SourceUnavailable.
        """
        return self._api.get(
            "/query",
            {
                "function": "TIME_SERIES_DAILY_ADJUSTED" if self._is_adjusted else "TIME_SERIES_DAILY",
                "symbol": ticker.symbol,
                "outputsize": "full" if is_full else "compact",
                "datatype": "csv",
            },
        )


class AlphaVantageOverviews:
    """An OverviewSource."""

    name = "alpha-vantage"

    def __init__(self, api: KeyedApi) -> None:
        self._api = api

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()

    def overview(self, ticker: Ticker) -> Fetched:
        """The overview as JSON; raises as `AlphaVantageSource.daily` does."""
        return self._api.get("/query", {"function": "OVERVIEW", "symbol": ticker.symbol})


def judge(status: int, content: bytes) -> WorkbenchError | None:
    """What a refusal of Alpha Vantage means, or None for an answer.

    Its sentences are never passed on: some of them repeat the key.
    """
    if status != 200 or not content.lstrip().startswith(b"{") or len(content) > 10_000:
        return None
    try:
        body = json.loads(content)
    except ValueError:
        return None
    said = {name: str(body[name]).lower() for name in ("Error Message", "Information", "Note") if name in body}
    if not said:
        return None if body else _unknown()
    text = " ".join(said.values())
    for marks, refusal in _REFUSALS:
        if any(mark in text for mark in marks):
            return refusal()
    return _unknown() if "Error Message" in said else SourceRefused("Alpha Vantage refuses the request")


def _unknown() -> WorkbenchError:
    return NotFound("Alpha Vantage knows no such ticker")


def _of_the_plan() -> WorkbenchError:
    hint = "leave WORKBENCH_ALPHA_VANTAGE__ADJUSTED off"
    return SourceRefused("Alpha Vantage gives this series to paying plans only", hint=hint)


def _bad_key() -> WorkbenchError:
    return SourceRefused("Alpha Vantage does not accept the key", hint=KEY_HINT)


def _too_fast() -> WorkbenchError:
    return RateLimited("Alpha Vantage says to slow down", retry_after_seconds=_MINUTE_SECONDS)


def _day_is_used_up() -> WorkbenchError:
    return RateLimited("Alpha Vantage's requests of the day are used up", retry_after_seconds=_DAY_PAUSE_SECONDS)


# In this order: a sentence about the minute may mention the day, and one about either may mention premium plans.
_REFUSALS: tuple[tuple[tuple[str, ...], Callable[[], WorkbenchError]], ...] = (
    (("premium endpoint", "premium feature"), _of_the_plan),
    (("apikey is invalid", "apikey) is invalid", "api key is invalid", "invalid or missing"), _bad_key),
    (("per minute", "per second"), _too_fast),
    (("per day", "rate limit"), _day_is_used_up),
)
