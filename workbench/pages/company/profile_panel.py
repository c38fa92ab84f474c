"""The vendor's profile of a company, with its source and date."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup

from workbench.domain.market.overview import KnownOverview
from workbench.pages.frame.amounts import compact, exact
from workbench.pages.frame.markup import day, named
from workbench.pages.frame.templates import fragment


def profile(known: KnownOverview) -> Markup:
    """Sector, shares, dividends and similar facts from the vendor; facts it does not give are left out."""
    overview = known.overview
    currency = overview.currency or ""
    facts = (
        ("Sector", overview.sector),
        ("Industry", overview.industry),
        ("Exchange", overview.exchange),
        ("Country", overview.country),
        ("Shares outstanding", f"{overview.outstanding_shares:,}" if overview.outstanding_shares is not None else None),
        ("Float", f"{overview.float_shares:,}" if overview.float_shares is not None else None),
        (
            "Market capitalization",
            compact(overview.market_capitalization, currency) if overview.market_capitalization else None,
        ),
        (
            "Dividend per share",
            exact(overview.dividend_per_share, currency) if overview.dividend_per_share is not None else None,
        ),
        ("Dividend paid", day(overview.dividend_on) if overview.dividend_on else None),
        ("Ex-dividend day", day(overview.ex_dividend_on) if overview.ex_dividend_on else None),
        ("Analysts' target price", exact(overview.analyst_target_price, currency) if overview.analyst_target_price else None),
        ("Beta", f"{overview.beta}" if overview.beta is not None else None),
        ("Latest quarter", day(overview.latest_quarter_on) if overview.latest_quarter_on else None),
    )
    since = "" if known.known_from == known.checked_on else f", and since {day(known.known_from)}"
    source = f"{overview.source}, as of {day(known.checked_on)}{since}"
    website = overview.website or ""
    # Only web addresses become links: the vendor's text can be anything.
    is_link = urlsplit(website).scheme in ("http", "https")
    return fragment("company/profile_panel.html", "profile", named(dict(facts)), source, website, is_link)
