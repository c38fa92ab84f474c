"""The documents that people added themselves: a list, and a form that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from db.filings.own_documents import own_documents
from workbench.domain.filings.documents import OwnDocument
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import address, day, notice
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench

_SHOWN = 200


class OwnDocuments:
    """The form above the list, which is read again once a document was added."""

    def __init__(self, workbench: Workbench, selection: Selection) -> None:
        self._workbench = workbench
        self._selection = selection
        self.form = Sheet(_form(), on_event=self._hear)
        self.list = Sheet()
        self._read()

    def _hear(self, name: str, value: str) -> None:
        if name == "added":
            self._read(value)

    def _read(self, added: str = "") -> None:
        with self._workbench.database.read() as connection:
            found = own_documents(connection, limit=_SHOWN)
        self.list.html = document_list(found, self._selection, added)


def document_list(documents: Sequence[OwnDocument], selection: Selection, added: str = "") -> str:
    """Each a row that links to its text, the one with the number `added` first said to be here.

    Those dated after the as-of date are left out.
    """
    until = selection.as_of
    shown = [own for own in documents if until is None or own.document.filed_on is None or own.document.filed_on <= until]
    if not shown:
        hint = "Choose a PDF, HTML, text or Markdown file above; it is read and searched beside the filings."
        return notice("No documents of your own.", hint, is_inline=True)
    news = next((own for own in shown if str(own.document.document_id) == added), None)
    told = f'<p role="status">{escape(news.document.title or news.document.name)} is here.</p>' if news else ""
    return (
        f'{told}<div class="head"><h2>Your documents</h2></div><div class="scroll"><table class="filings"><thead><tr>'
        "<th>Title</th><th>Company</th><th>Form</th><th>Dated</th><th>Pages</th></tr></thead>"
        f"<tbody>{''.join(_row(own, selection) for own in shown)}</tbody></table></div>"
    )


def _row(own: OwnDocument, selection: Selection) -> str:
    document = own.document
    target = address("reader", Selection(document=str(document.document_id), as_of=selection.as_of))
    dated = day(document.filed_on) if document.filed_on else ""
    cells = (escape(own.company or ""), escape(document.form or ""), dated, f"{own.pages:,}" if own.pages else "")
    title = f'<a href="{target}">{escape(document.title or document.name)}</a>'
    return f'<tr><td class="wide">{title}</td>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _form() -> str:
    """Goes to the API, which says in one sentence why a document is refused."""
    return (
        '<div class="head"><h1>Documents</h1></div>'
        '<form class="form" enctype="multipart/form-data" data-post="added" data-answer="document.document_id" '
        'data-wait="Reading the document…" action="api/v1/documents"><label>File'
        '<input type="file" name="file" required style="padding:5px" accept=".pdf,.html,.htm,.txt,.md,.markdown"></label>'
        '<label>Company<input name="ticker" placeholder="none" spellcheck="false" autocomplete="off"></label>'
        '<label>Form<input name="form" placeholder="none" autocomplete="off"></label>'
        '<label>Dated<input name="date" type="date"></label>'
        '<label>Title<input name="title" placeholder="its file name" autocomplete="off"></label>'
        '<button class="primary" type="submit">Add</button></form><p class="small" role="alert"></p>'
    )
