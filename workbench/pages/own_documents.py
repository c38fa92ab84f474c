"""The list of documents that people added themselves."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbench.domain.documents import OwnDocument
from workbench.pages.markup import address, day, notice
from workbench.pages.selection import Selection


def document_list(documents: Sequence[OwnDocument], selection: Selection) -> str:
    """Each a row that links to its text; those dated after the as-of date are left out."""
    until = selection.as_of
    shown = [own for own in documents if until is None or own.document.filed_on is None or own.document.filed_on <= until]
    if not shown:
        return notice("No documents of your own.", "Add one with `workbench documents add FILE`, then reload this page.")
    return (
        '<div class="head"><h2>Your documents</h2></div><div class="scroll"><table class="filings"><thead><tr><th>Title</th>'
        "<th>Company</th><th>Form</th><th>Dated</th><th>Pages</th></tr></thead>"
        f"<tbody>{''.join(_row(own, selection) for own in shown)}</tbody></table></div>"
    )


def _row(own: OwnDocument, selection: Selection) -> str:
    document = own.document
    target = address("reader", Selection(document=str(document.document_id), as_of=selection.as_of))
    dated = day(document.filed_on) if document.filed_on else ""
    cells = (escape(own.company or ""), escape(document.form or ""), dated, f"{own.pages:,}" if own.pages else "")
    title = f'<a href="{target}">{escape(document.title or document.name)}</a>'
    return f'<tr><td class="wide">{title}</td>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
