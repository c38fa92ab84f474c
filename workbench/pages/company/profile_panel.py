"""What a vendor says of the company, with who said so and when."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup

from workbench.domain.market.overview import KnownOverview
from workbench.pages.frame.amounts import compact, exact
from workbench.pages.frame.markup import day, named
from workbench.pages.frame.templates import fragment


def profile(known: KnownOverview) -> Markup:
    """Sector, shares, dividends and the like as the vendor has them; what it does not say is left out."""
    said = known.overview
    currency = said.currency or ""
    facts = (
        ("Sector", said.sector),
        ("Industry", said.industry),
        ("Exchange", said.exchange),
        ("Country", said.country),
        ("Shares outstanding", f"{said.outstanding_shares:,}" if said.outstanding_shares is not None else None),
        ("Float", f"{said.float_shares:,}" if said.float_shares is not None else None),
        ("Market capitalization", compact(said.market_capitalization, currency) if said.market_capitalization else None),
        ("Dividend per share", exact(said.dividend_per_share, currency) if said.dividend_per_share is not None else None),
        ("Dividend paid", day(said.dividend_on) if said.dividend_on else None),
        ("Ex-dividend day", day(said.ex_dividend_on) if said.ex_dividend_on else None),
        ("Analysts' target price", exact(said.analyst_target_price, currency) if said.analyst_target_price else None),
        ("Beta", f"{said.beta}" if said.beta is not None else None),
        ("Latest quarter", day(said.latest_quarter_on) if said.latest_quarter_on else None),
    )
    since = "" if known.known_from == known.checked_on else f", and since {day(known.known_from)}"
    source = f"{said.source}, as of {day(known.checked_on)}{since}"
    website = said.website or ""
    # A link only where it is a web address: what a vendor writes may be anything.
    is_link = urlsplit(website).scheme in ("http", "https")
    return fragment("company/profile_panel.html", "profile", named(dict(facts)), source, website, is_link)
