"""The company page."""

from __future__ import annotations

from html import escape

from db.companies import resolve, search_companies
from db.filings import list_filings
from workbench.domain.filings import Filing
from workbench.domain.identity import Company
from workbench.pages.frame import Content
from workbench.pages.markup import address, day, directory, notice, tag
from workbench.pages.selection import Selection
from workbench.pages.sheet import Sheet
from workbench.runtime import Workbench

_FILINGS_SHOWN = 12
_COMPANIES_SHOWN = 200


def company_page(workbench: Workbench, selection: Selection) -> Content:
    """One company, or the directory of all when none is chosen."""
    if not selection.ticker:
        return _directory_page(workbench, selection)
    with workbench.database.read() as connection:
        company = resolve(connection, selection.ticker)
        filings = list_filings(connection, company.cik, as_of=selection.as_of, limit=_FILINGS_SHOWN)
    return Content(
        title=f"{company.name} ({company.label})",
        panels={"header": Sheet(header(company, filings)), "filings": Sheet(filings_table(filings, selection))},
        cards=("filings",),
        kept=selection,
    )


def _directory_page(workbench: Workbench, selection: Selection) -> Content:
    with workbench.database.read() as connection:
        companies = search_companies(connection, None, limit=_COMPANIES_SHOWN)
    if not companies:
        empty = notice("No companies yet.", "Bring one in with `workbench ingest AAPL`, then reload this page.")
        return Content("Companies", {"companies": Sheet(empty)}, kept=selection)
    html = f'<div class="head"><h1>Companies</h1></div>{directory(companies, selection)}'
    return Content("Companies", {"companies": Sheet(html)}, kept=selection)


def header(company: Company, filings: list[Filing]) -> str:
    """Name, share classes, industry and year end."""
    listings = "".join(
        tag(f"{listing.exchange + ': ' if listing.exchange else ''}{listing.ticker}", "accent") for listing in company.listings
    )
    facts = [
        ("Industry", f"{company.sic_description} (SIC {company.sic})" if company.sic_description else company.sic),
        ("Fiscal year end", _year_end(company.fiscal_year_end)),
        ("Incorporated", company.state_of_incorporation),
        ("CIK", str(company.cik)),
        ("Latest filing", f"{filings[0].form}, {day(filings[0].filed_on)}" if filings else None),
    ]
    listed = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    return (
        f'<div class="company-head"><div class="names"><h1>{escape(company.name)}</h1>'
        f'<div class="tags">{listings}</div></div><dl class="facts">{listed}</dl></div>'
    )


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _year_end(text: str | None) -> str | None:
    if not text or len(text) != 4 or not text.isdigit() or not 1 <= int(text[:2]) <= 12:
        return None
    return f"{int(text[2:])} {_MONTHS[int(text[:2]) - 1]}"


def filings_table(filings: list[Filing], selection: Selection) -> str:
    """The newest filings, each a link into the reader."""
    if not filings:
        until = f" up to {day(selection.as_of)}" if selection.as_of else ""
        return notice(f"No filings{until}.", "Choose a later as-of date, or ingest the company again.", is_inline=True)
    rows = "".join(
        f'<tr><td><a href="{address("reader", Selection(accession=filing.accession.text, as_of=selection.as_of))}">'
        f"{escape(filing.form)}</a></td>"
        f"<td>{day(filing.filed_on)}</td><td class='optional'>{day(filing.report_on) if filing.report_on else ''}</td>"
        f"<td class='wide muted'>{escape(_about(filing))}</td><td class='mono muted optional'>{filing.accession}</td></tr>"
        for filing in filings
    )
    return (
        '<div class="head"><h2>Latest filings</h2></div><div class="scroll"><table class="filings"><thead><tr><th>Form</th>'
        "<th>Filed</th><th class='optional'>Period</th><th>About</th><th class='optional'>Accession</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _about(filing: Filing) -> str:
    if filing.items:
        return "Items " + ", ".join(filing.items)
    description = filing.description or ""
    return "" if description.strip().upper() in (filing.form.upper(), f"FORM {filing.form.upper()}") else description
