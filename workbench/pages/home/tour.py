"""What a first visitor can see: five steps over the sample company and the starter data, until the visitor hides them."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from db.engine import Connection
from db.filings.filing_index import list_filings
from workbench.ingest.starter.sample_company import CIK, TICKER
from workbench.pages.frame.markup import href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

# A company of the starter data, on a day by which its report of fiscal 2015 was out and that of 2016 was not.
_KNOWN_THEN = Selection(ticker="NKE", as_of=date(2015, 12, 31))


def tour(connection: Connection) -> Markup | None:
    """The steps with their places; None without the sample company."""
    reports = list_filings(connection, CIK, forms=("10-K",), limit=1)
    if not reports:
        return None
    one, report = Selection(ticker=TICKER.symbol), Selection(accession=reports[0].accession.text)
    screened = Selection(where="revenue >= 10B; net_margin@ttm > 20")
    steps = (
        ("Click a figure", "See the fact, the filing and the line that it comes from.", href("company", one)),
        ("Read a report", "Find words, and set an item beside that of the year before.", href("reader", report)),
        ("See what changed", "The risk factors of two years, the weightiest change first.", href("changes", one)),
        ("Screen companies", "By lines, ratios and multiples, now or at past month ends.", href("screen", screened)),
        ("Go back in time", "Everything as it was known at the end of a day.", href("company", _KNOWN_THEN)),
    )
    shown = [{"title": title, "text": text, "href": place} for title, text, place in steps]
    return fragment("home/page.html", "tour", shown)
