"""Uploaded documents: a list in which they are shared and removed, and a form that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from db.filings.own_documents import own_documents
from workbench.domain.filings.documents import OwnDocument
from workbench.domain.filings.subjects import period_label
from workbench.domain.rights.ownership import NOBODY, Caller
from workbench.domain.rights.roles import Permission, Role
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.runtime import Workbench

_SHOWN = 200
_TEMPLATE = "search/own_documents.html"


class OwnDocuments:
    """The form and the list, which is refreshed after an upload, a removal and a change of sharing."""

    def __init__(self, workbench: Workbench, selection: Selection) -> None:
        self._workbench = workbench
        self._selection = selection
        self._visitor = visitor()
        self.form = HtmlPanel(_form() if self._visitor.may(Permission.DOCUMENTS_WRITE) else "", on_event=self._on_event)
        self.list = HtmlPanel(on_event=self._on_event)
        self._read()

    def _on_event(self, name: str, value: str) -> None:
        if name in ("added", "removed", "shared"):
            self._read(value if name == "added" else "")

    def _read(self, added: str = "") -> None:
        with self._workbench.database.read() as connection:
            results = own_documents(connection, limit=_SHOWN, caller=self._visitor)
        self.list.html = document_list(results, self._selection, added, caller=self._visitor)


def document_list(
    documents: Sequence[OwnDocument], selection: Selection, added: str = "", *, caller: Caller = NOBODY
) -> Markup:
    """One row a document with a link to its text, below a message about the document with the number `added`.

    The caller's own can be shared and removed, as far as the role allows. Documents dated after the as-of date are left out.
    """
    until = selection.as_of
    shown = [own for own in documents if until is None or own.document.filed_on is None or own.document.filed_on <= until]
    if not shown:
        hint = "Choose a PDF, Office, HTML, text or e-mail file above. You can then read and search it like a filing."
        return notice("No uploaded documents.", hint, is_inline=True)
    new = next((own for own in shown if str(own.document.document_id) == added), None)
    title = (new.document.title or new.document.name) if new else ""
    roles = [role.value for role in Role] if caller.may(Permission.SHARE) else []
    can_write = caller.may(Permission.DOCUMENTS_WRITE)
    rows = [_row(own, selection) | _rights(own, caller, can_write=can_write) for own in shown]
    return fragment(_TEMPLATE, "documents", rows, title, roles)


def _rights(own: OwnDocument, caller: Caller, *, can_write: bool) -> dict[str, Any]:
    is_own = own.owner == caller.name
    return {
        "owner": "" if is_own else own.owner, "can_change": is_own and can_write,
        "shared_with": [role.value for role in own.shared_with],
    }  # fmt: skip


def _row(own: OwnDocument, selection: Selection) -> dict[str, Any]:
    document = own.document
    return {
        "number": str(document.document_id),
        "href": href("reader", Selection(document=str(document.document_id), as_of=selection.as_of)),
        "title": document.title or document.name,
        "company": own.company or (own.subject.company if own.subject else None) or "",
        "form": document.form or "",
        "period": period_label(own.subject.period) if own.subject and own.subject.period else "",
        "dated": day(document.filed_on) if document.filed_on else "",
        "pages": f"{own.pages:,}" if own.pages else "",
    }


def _form() -> Markup:
    """The form that posts to the API, which returns the reason for a refusal."""
    return fragment(_TEMPLATE, "form")
