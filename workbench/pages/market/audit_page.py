"""The audit page: which identities of the statements hold, how many figures they cover, and each break with its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import panel as pn
from markupsafe import Markup

from db.statements.audit import audits
from workbench.analysis.statements.audit_json import identity_counts
from workbench.domain.amounts import DASH
from workbench.domain.measures.audit import AuditBreak, CompanyAudit
from workbench.domain.statements.reasons import IDENTITIES
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.labels import KIND_LABELS
from workbench.pages.frame.markup import company_link, day, href, key
from workbench.pages.frame.messages import notice
from workbench.pages.frame.page import Content
from workbench.pages.frame.pickers import hidden_fields
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.market.chosen_companies import chosen_companies, watchlist_choices
from workbench.runtime import Workbench

_COMPANIES = 5
_TEMPLATE = "market/audit_page.html"


def audit_page(workbench: Workbench, selection: Selection) -> Content:
    """The audit of a few companies at a time, or of those in the filter."""
    if selection.as_of is not None:
        text = "Choose now to see the audit. A company's page shows its checks as of any date."
        return Content("Audit", {"query": HtmlPanel(notice("The audit is of the facts known today.", text))})
    with workbench.database.read() as connection:
        chosen = chosen_companies(connection, selection, visitor())
        lists = watchlist_choices(connection, "audit", selection, visitor())
        company_audits = audits(connection, chosen, limit=_COMPANIES + 1, offset=selection.offset)
    panels: dict[str, pn.viewable.Viewable] = {
        "query": HtmlPanel(_form(selection, lists)),
        "identities": HtmlPanel(identity_table(company_audits[:_COMPANIES])),
        "companies": HtmlPanel(company_table(company_audits, selection)),
        "breaks": HtmlPanel(break_table(company_audits[:_COMPANIES], selection)),
    }
    return Content("Audit", panels, cards=("identities", "companies", "breaks"))


def _form(selection: Selection, lists: Sequence[Mapping[str, Any]]) -> Markup:
    hidden = hidden_fields(replace(selection, ticker="", offset=0))
    return fragment(_TEMPLATE, "form", hidden, selection.ticker, href("audit", Selection()) if selection.ticker else "", lists)


def identity_table(company_audits: Sequence[CompanyAudit]) -> Markup:
    """One row an identity, with the number of each outcome over these companies."""
    rows = []
    for each in identity_counts(company_audits):
        counts = (
            each["checked"], each["holds"], each["broken_marked"], each["broken_unmarked"], each["refused"],
            each["not_checked"],
        )  # fmt: skip
        numbers = [f"{count:,}" if count else DASH for count in counts]
        rows.append({"name": each["name"], "label": IDENTITIES[each["name"]], "numbers": numbers})
    return fragment(_TEMPLATE, "identities", rows)


def company_table(company_audits: Sequence[CompanyAudit], selection: Selection) -> Markup:
    """One row a company: its columns, its figures, and how many of them stand in an identity that holds."""
    if not company_audits:
        message = notice(
            "No company to audit.", "Load one on the page Companies, or with `workbench ingest AAPL`.", is_inline=True
        )
        return fragment(_TEMPLATE, "empty", "Companies", message)
    rows = [_company(each, selection) for each in company_audits[:_COMPANIES]]
    back = href("audit", replace(selection, offset=max(0, selection.offset - _COMPANIES))) if selection.offset else ""
    on = href("audit", replace(selection, offset=selection.offset + _COMPANIES)) if len(company_audits) > _COMPANIES else ""
    return fragment(_TEMPLATE, "companies", rows, back, on)


def _company(each: CompanyAudit, selection: Selection) -> dict[str, Any]:
    (marked, unmarked) = (sum(one.is_marked is state for one in each.breaks) for state in (True, False))
    return {
        "company": company_link(each.company, selection),
        "columns": f"{each.columns:,}",
        "shown": f"{each.figures_shown:,}",
        "checked": f"{each.figures_checked:,}",
        "marked": f"{marked:,}",
        "unmarked": f"{unmarked:,}",
    }


def break_table(company_audits: Sequence[CompanyAudit], selection: Selection) -> Markup:
    """One row a broken identity, newest period first in each company, with its figures and their filings."""
    rows = [_break(audit, each, selection) for audit in company_audits for each in audit.breaks]
    if not rows:
        return fragment(_TEMPLATE, "empty", "Broken identities", notice("Every checked identity holds.", "", is_inline=True))
    return fragment(_TEMPLATE, "breaks", rows)


def _break(audit: CompanyAudit, each: AuditBreak, selection: Selection) -> Mapping[str, Any]:
    target = Selection(ticker=key(audit.company), as_of=selection.as_of, kind=each.kind, period=each.period)
    figures = [
        {
            "label": label,
            "amount": exact(figure.value, figure.unit) if figure.value is not None else "",
            "filings": [
                {"href": href("reader", Selection(accession=accession)), "accession": accession}
                for accession in dict.fromkeys(fact.accession for fact in figure.facts)
            ],
        }
        for _, label, figure in each.figures
    ]
    return {
        "company": audit.company.label,
        "href": href("company", target),
        "label": each.label,
        "end": day(each.period_end),
        "statement": KIND_LABELS[each.kind],
        "identity": IDENTITIES[each.name],
        "state": "marked" if each.is_marked else "not marked",
        "tone": "warn" if each.is_marked else "bad",
        "figures": figures,
    }
