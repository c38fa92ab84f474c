"""The sources of filings, prices and news by the settings, each within its request limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from workbench.domain.errors import SetupError
from workbench.ports import FilingSource, NewsSource, OverviewSource, PriceSource
from workbench.runtime.secrets import with_secrets
from workbench.service_settings import RedisCache
from workbench.settings import AlphaVantage, NewsApi, Settings
from workbench.sources import alpha_vantage, newsapi
from workbench.sources.edgar import EdgarSource
from workbench.sources.folder import FolderSource
from workbench.sources.http import HttpClient
from workbench.sources.keyed_api import KeyedApi
from workbench.sources.request_budget import RateLimiter


@contextmanager
def filing_source(
    settings: Settings, edgar: str | None = None, *, on_progress: Callable[[str], None] | None = None
) -> Iterator[FilingSource]:
    """The source of filings: `edgar` is a base URL or a folder, None the one in the settings.

    `on_progress` is called with one line when a pause starts. Raises SetupError without a contact, or if the folder does not
    exist, before any request.
    """
    chosen = edgar or settings.edgar.url
    if not chosen.lower().startswith(("http://", "https://")):
        yield FolderSource(Path(chosen).expanduser())
        return
    options = settings.edgar
    client = HttpClient(
        contact=settings.contact,
        limiter=rate_limiter(settings, on_progress=on_progress),
        timeout_seconds=options.timeout_seconds,
        attempts=options.attempts,
        cooldown_seconds=options.cooldown_seconds,
    )
    with closing(EdgarSource(chosen, client)) as source:
        yield source


def rate_limiter(settings: Settings, *, on_progress: Callable[[str], None] | None = None) -> RateLimiter:
    """The rate limiter of the SEC that all processes of this home share, and all homes with the same Redis."""
    options = settings.edgar
    return _limiter(
        settings,
        "edgar",
        per_second=options.requests_per_second,
        timeout_seconds=options.timeout_seconds,
        longest_wait_seconds=options.cooldown_seconds,
        on_progress=on_progress,
    )


def _limiter(
    settings: Settings,
    name: str,
    *,
    per_second: float,
    timeout_seconds: float,
    longest_wait_seconds: float = 600.0,
    on_progress: Callable[[str], None] | None = None,
) -> RateLimiter:
    make: Callable[..., RateLimiter] = RateLimiter
    shared = with_secrets(settings).cache
    if isinstance(shared, RedisCache):
        from workbench.sources.shared_request_budget import SharedRateLimiter

        make = partial(SharedRateLimiter, shared.url.get_secret_value, name, timeout_seconds=shared.timeout_seconds)
    return make(
        settings.home / "run" / f"{name}.budget",
        per_second=per_second,
        longest_wait_seconds=longest_wait_seconds,
        # Resolving, connecting, sending and waiting for the response can each take the whole time-out.
        longest_request_seconds=4 * timeout_seconds,
        on_progress=on_progress,
    )


def _vendor_limiter(settings: Settings, name: str, options: AlphaVantage | NewsApi) -> RateLimiter:
    return _limiter(settings, name, per_second=options.requests_per_minute / 60, timeout_seconds=options.timeout_seconds)


@contextmanager
def price_source(settings: Settings, url: str | None = None) -> Iterator[PriceSource]:
    """The source of daily prices: `url` or the one in the settings. Raises SetupError without a key."""
    is_adjusted = settings.alpha_vantage.adjusted
    with closing(alpha_vantage.AlphaVantageSource(_alpha_vantage(settings, url), is_adjusted=is_adjusted)) as source:
        yield source


@contextmanager
def overview_source(settings: Settings, url: str | None = None) -> Iterator[OverviewSource]:
    """The source of company overviews: `url` or the one in the settings. Raises SetupError without a key."""
    with closing(alpha_vantage.AlphaVantageOverviews(_alpha_vantage(settings, url))) as source:
        yield source


def _alpha_vantage(settings: Settings, url: str | None) -> KeyedApi:
    options = with_secrets(settings).alpha_vantage
    if options.api_key is None:
        raise SetupError("no key for Alpha Vantage is set, so no request was sent", hint=alpha_vantage.KEY_HINT)
    return KeyedApi(
        url or options.url,
        options.api_key.get_secret_value,
        limiter=_vendor_limiter(settings, "alpha_vantage", options),
        judge=alpha_vantage.judge,
        key_parameter="apikey",
        timeout_seconds=options.timeout_seconds,
    )


@contextmanager
def news_source(settings: Settings, url: str | None = None) -> Iterator[NewsSource]:
    """The source of news: `url` or the one in the settings. Raises SetupError without a key."""
    options = with_secrets(settings).news_api
    if options.api_key is None:
        raise SetupError("no key for NewsAPI is set, so no request was sent", hint=newsapi.KEY_HINT)
    api = KeyedApi(
        url or options.url,
        options.api_key.get_secret_value,
        limiter=_vendor_limiter(settings, "news_api", options),
        judge=newsapi.judge,
        key_header="X-Api-Key",
        timeout_seconds=options.timeout_seconds,
    )
    with closing(newsapi.NewsApiSource(api, language=options.language)) as source:
        yield source
