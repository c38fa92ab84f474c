"""The head of the reader: what is open, where it comes from, and what can be opened instead."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from markupsafe import Markup

from db.filings.filing_documents import FilingDocument
from workbench.analysis.addresses import filing_url
from workbench.domain.filings.documents import page_at
from workbench.pages.frame.markup import day, href, key, named
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.reader.opened import Opened

_NOTHING = Markup()


def header(opened: Opened, selection: Selection, review: Markup = _NOTHING) -> Markup:
    """Company, form and days, with links to the SEC, to the filings before and after, and to all of the company.

    `review` says whether the visitor has reviewed the filing.
    """
    document, company = opened.document, opened.company
    this = next((each for each in opened.filings if each.document_id == document.document_id), None)
    facts = {
        "Filed": day(document.filed_on) if document.filed_on else None,
        "Period": day(this.report_on) if this and this.report_on else None,
        "Accession": document.accession.text if document.accession else None,
        "Document": document.name,
        "Page": _page(opened, selection),
    }
    title = " ".join(filter(None, (document.form, document.title if document.title != document.form else None)))
    home = Selection(ticker=key(company), as_of=selection.as_of) if company else None
    is_public = document.source_url is not None and document.source_url.startswith("https://")
    at_the_sec = document.cik and document.accession and document.origin == "filing"
    shown = {
        "company_href": href("company", home) if home else "",
        "name": company.display_name if company else document.name,
        "title": title or document.name,
        "facts": named(facts),
        "original": document.source_url if is_public else "",
        "sec": filing_url(document.cik, document.accession.text) if at_the_sec and document.cik and document.accession else "",
        "siblings": _siblings(opened, selection),
        "earlier": _step(opened, 1, selection),
        "later": _step(opened, -1, selection),
        "forms": _forms(opened, selection),
        "review": review,
    }
    return fragment("reader/header.html", "header", shown)


def _page(opened: Opened, selection: Selection) -> str | None:
    """The page of the passage, by number and by its label in the document; without a passage the number of pages."""
    if not opened.pages:
        return None
    if selection.start is None:
        return f"{len(opened.pages):,} pages"
    page = page_at(opened.pages, selection.start)
    return f"{page.number:,} of {len(opened.pages):,}{f' ({page.label})' if page.label else ''}" if page else None


def _siblings(opened: Opened, selection: Selection) -> list[dict[str, str]]:
    if opened.document.accession is None:
        return []
    accession = opened.document.accession.text
    return [
        {
            "href": href("reader", Selection(accession=accession, document=other.name, as_of=selection.as_of)),
            "title": other.title or other.name,
        }
        for other in opened.siblings
        if other.name != opened.document.name
    ]


def filing_label(filing: FilingDocument) -> str:
    """`10-K to 28 Sep 2024, filed 1 Nov 2024`; without the period where that is the day of filing or unknown."""
    period = f" to {day(filing.report_on)}" if filing.report_on and filing.report_on != filing.filed_on else ""
    return f"{filing.form}{period}, filed {day(filing.filed_on)}"


def filing_target(filing: FilingDocument, selection: Selection) -> Selection:
    """Another filing in the reader, with the same words to find."""
    return Selection(accession=filing.accession.text, as_of=selection.as_of, q=selection.q)


def _step(opened: Opened, way: int, selection: Selection) -> dict[str, str] | None:
    """The next filing of the same report, the earlier one for 1 and the later one for -1; None if there is none."""
    reports = opened.same_reports
    place = next((at for at, each in enumerate(reports) if each.document_id == opened.document.document_id), None)
    if place is None or not 0 <= place + way < len(reports):
        return None
    filing = reports[place + way]
    return {"href": href("reader", filing_target(filing, selection)), "label": filing_label(filing)}


def _forms(opened: Opened, selection: Selection) -> list[dict[str, Any]]:
    """The company's filings by form, the forms with the newest filing first."""
    order: dict[str, int] = {}
    for each in opened.filings:
        order.setdefault(each.form, len(order))
    ordered = sorted(opened.filings, key=lambda each: order[each.form])
    return [
        {"form": form, "filings": [_row(each, opened, selection) for each in filings]}
        for form, filings in groupby(ordered, key=lambda each: each.form)
    ]


def _row(filing: FilingDocument, opened: Opened, selection: Selection) -> dict[str, Any]:
    return {
        "href": href("reader", filing_target(filing, selection)),
        "label": filing_label(filing),
        "is_current": filing.accession == opened.document.accession,
    }
