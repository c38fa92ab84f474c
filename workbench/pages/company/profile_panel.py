"""What a vendor says of the company, with who said so and when."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from workbench.domain.market.overview import KnownOverview
from workbench.pages.company.trend_bars import compact
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.markup import day


def profile(known: KnownOverview) -> str:
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
    listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    since = "" if known.known_from == known.checked_on else f", and since {day(known.known_from)}"
    return (
        f'<div class="head"><h2>Profile</h2><span class="right small muted">{escape(said.source)} said so on '
        f'{day(known.checked_on)}{since}</span></div><dl class="facts">{listed}{_website(said.website)}</dl>'
        "<p class=\"legend\">A vendor's words and figures, not the company's own filings.</p>"
    )


def _website(text: str | None) -> str:
    """A link only where it is a web address: what a vendor writes may be anything."""
    if not text:
        return ""
    shown = escape(text)
    is_address = urlsplit(text).scheme in ("http", "https")
    link = f'<a href="{shown}" rel="noreferrer noopener" target="_blank">{shown}</a>' if is_address else shown
    return f"<div><dt>Website</dt><dd>{link}</dd></div>"
