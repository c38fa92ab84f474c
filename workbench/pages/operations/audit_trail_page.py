"""The audit trail page: who did what, newest first, with a search and an export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from urllib.parse import urlencode

from markupsafe import Markup

from db.operations.audit import search_entries
from workbench.domain.operations.audit_trail import AuditEntry, AuditQuery
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.runtime import Workbench

_SHOWN = 100
_TEMPLATE = "operations/audit_trail_page.html"
# The same words name columns of the table in front of a colon: `user:ada action:sign_in from:203.0.113.7`.
_FIELDS = {"user": "actor", "action": "action", "from": "address"}


def audit_trail_page(workbench: Workbench, selection: Selection) -> Content:
    """The entries that match the words of the search: `user:`, `action:` and `from:`, each before its value."""
    query = parse_search(selection.q)
    before = selection.offset or None
    with workbench.database.read() as connection:
        entries = search_entries(connection, replace(query, before=before, limit=_SHOWN + 1))
    panels = {"query": HtmlPanel(_form(selection, query)), "entries": HtmlPanel(entry_table(entries, selection))}
    return Content("Audit trail", dict(panels), cards=("query", "entries"))


def parse_search(text: str) -> AuditQuery:
    """The query of a search: a word without a field is a user's name.

    >>> parse_search("action:sign_in from:203.0.113.7 ada")
    AuditQuery(actor='ada', action='sign_in', address='203.0.113.7', since=None, until=None, before=None, limit=100)
    """
    wanted: dict[str, str] = {}
    for word in text.split():
        name, separator, value = word.partition(":")
        field = _FIELDS.get(name) if separator else None
        wanted[field or "actor"] = value if field else word
    return AuditQuery(actor=wanted.get("actor"), action=wanted.get("action"), address=wanted.get("address"))


def entry_table(entries: Sequence[AuditEntry], selection: Selection) -> Markup:
    """One row an entry, with a link to older ones."""
    if not entries:
        return notice("No entries.", "Nothing in the audit trail matches the search.", is_inline=True)
    shown = entries[:_SHOWN]
    older = href("audit-trail", replace(selection, offset=shown[-1].audit_id)) if len(entries) > _SHOWN else ""
    return fragment(_TEMPLATE, "entries", [_row(entry) for entry in shown], older)


def _row(entry: AuditEntry) -> dict[str, str]:
    detail = dict(entry.detail)
    address, result = detail.pop("address", ""), detail.pop("result", "")
    return {
        "at": f"{entry.at.astimezone(UTC):%d %b %Y %H:%M:%S}",
        "actor": entry.actor,
        "action": entry.action,
        "address": address,
        "result": result,
        "detail": ", ".join(f"{name} {value}" for name, value in sorted(detail.items())),
    }


def _form(selection: Selection, query: AuditQuery) -> Markup:
    asked = {"actor": query.actor, "action": query.action, "address": query.address, "format": "csv", "limit": 10_000}
    export = "api/v1/audit-trail?" + urlencode({name: value for name, value in asked.items() if value is not None})
    return fragment(_TEMPLATE, "form", selection.q, export)
