"""News from NewsAPI, with its codes for refusals."""

from __future__ import annotations

import json
from datetime import date

from workbench.domain.errors import InvalidRequest, RateLimited, SourceRefused, SourceUnavailable, WorkbenchError
from workbench.ports import Fetched
from workbench.sources.keyed_api import KeyedApi

KEY_HINT = "set it on the page Settings, or as WORKBENCH_NEWS_API__API_KEY; a free key is at newsapi.org/register"
PAGE_SIZE = 100
# A developer's hundred requests come back fifty at a time, every twelve hours; an hour is a fair time to ask again.
_PAUSE_SECONDS = 3600.0


class NewsApiSource:
    """A NewsSource: articles of the last weeks from many publishers; headline and summary, not the body."""

    name = "newsapi"

    def __init__(self, api: KeyedApi, *, language: str = "en") -> None:
        self._api = api
        self._language = language

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()

    def articles(self, query: str, *, since: date | None, page: int) -> Fetched:
        """Page `page` (from 1) of what the query finds, newest first, a hundred articles each.

        Raises RateLimited, SourceRefused (key, or beyond what the plan reaches), SourceUnavailable, InvalidRequest.
        """
        parameters = {"q": query, "language": self._language, "sortBy": "publishedAt"}
        parameters |= {"pageSize": str(PAGE_SIZE), "page": str(page)} | ({"from": since.isoformat()} if since else {})
        return self._api.get("/v2/everything", parameters)


_REFUSALS = {
    "apiKeyInvalid": "NewsAPI does not accept the key",
    "apiKeyMissing": "NewsAPI does not accept the key",
    "apiKeyDisabled": "NewsAPI has disabled the key",
    "maximumResultsReached": "the NewsAPI plan does not include further results",
}


def judge(status: int, content: bytes) -> WorkbenchError | None:
    """The error that a NewsAPI response means by its code and status, or None for data."""
    code = _code(content) if len(content) < 10_000 else None
    if code is None:
        return SourceRefused("the NewsAPI plan does not include these results") if status == 426 else None
    if code in ("rateLimited", "apiKeyExhausted"):
        return RateLimited("the daily request limit of NewsAPI is reached", retry_after_seconds=_PAUSE_SECONDS)
    if code in _REFUSALS:
        return SourceRefused(_REFUSALS[code], hint=KEY_HINT if code.startswith("apiKey") else None)
    # The same code says that a date lies before the plan's reach (426, upgrade required) and that a parameter is wrong (400).
    if code in ("parameterInvalid", "parametersMissing", "parametersIncompatible", "sourcesTooMany", "sourceDoesNotExist"):
        if status == 400:
            return InvalidRequest("NewsAPI does not understand the query")
        return SourceRefused("the NewsAPI plan does not include dates that far back", hint="ask for fewer days with --since")
    return (
        SourceUnavailable("NewsAPI cannot answer at the moment")
        if code == "unexpectedError"
        else SourceRefused("NewsAPI refused the request")
    )


def _code(content: bytes) -> str | None:
    """The code of a body that says it is an error."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return str(body.get("code")) if isinstance(body, dict) and body.get("status") == "error" else None
