"""Daily prices and company overviews from Alpha Vantage, which sends errors as a JSON sentence with status 200."""

from __future__ import annotations

import json
from collections.abc import Callable

from workbench.domain.errors import NotFound, RateLimited, SourceRefused, WorkbenchError
from workbench.domain.identity import Ticker
from workbench.ports import Fetched
from workbench.sources.keyed_api import KeyedApi

KEY_HINT = (
    "set it on the page Settings, or as WORKBENCH_ALPHA_VANTAGE__API_KEY; a free key is at alphavantage.co/support/#api-key"
)
_MINUTE_SECONDS = 60.0
# The daily limit resets at the service's midnight, which it does not publish: retry after an hour.
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
    """The error that a response of Alpha Vantage means, or None for data.

    Its sentences are never passed on, because some contain the key.
    """
    if status != 200 or not content.lstrip().startswith(b"{") or len(content) > 10_000:
        return None
    try:
        body = json.loads(content)
    except ValueError:
        return None
    sentences = {name: str(body[name]).lower() for name in ("Error Message", "Information", "Note") if name in body}
    if not sentences:
        return None if body else _unknown()
    text = " ".join(sentences.values())
    for marks, refusal in _REFUSALS:
        if any(mark in text for mark in marks):
            return refusal()
    return _unknown() if "Error Message" in sentences else SourceRefused("Alpha Vantage refused the request")


def _unknown() -> WorkbenchError:
    return NotFound("Alpha Vantage knows no such ticker")


def _paid_plan_only() -> WorkbenchError:
    hint = "leave WORKBENCH_ALPHA_VANTAGE__ADJUSTED off"
    return SourceRefused("Alpha Vantage provides this series only in paid plans", hint=hint)


def _bad_key() -> WorkbenchError:
    return SourceRefused("Alpha Vantage does not accept the key", hint=KEY_HINT)


def _too_fast() -> WorkbenchError:
    return RateLimited("the request limit of Alpha Vantage for a minute is reached", retry_after_seconds=_MINUTE_SECONDS)


def _day_is_used_up() -> WorkbenchError:
    return RateLimited("the daily request limit of Alpha Vantage is reached", retry_after_seconds=_DAY_PAUSE_SECONDS)


# The order matters: a sentence about the minute may mention the day, and both may mention premium plans.
_REFUSALS: tuple[tuple[tuple[str, ...], Callable[[], WorkbenchError]], ...] = (
    (("premium endpoint", "premium feature"), _paid_plan_only),
    (("apikey is invalid", "apikey) is invalid", "api key is invalid", "invalid or missing"), _bad_key),
    (("per minute", "per second"), _too_fast),
    (("per day", "rate limit"), _day_is_used_up),
)
