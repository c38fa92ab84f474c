"""Documents that people added, in the shape that the command line and the API give out."""

from __future__ import annotations

from typing import Any

from workbench.domain.filings.documents import DocumentPage, OwnDocument


def document_as_json(own: OwnDocument) -> dict[str, Any]:
    """One document, of JSON's own types only. `company` is the ticker, or `CIK n`; `pages` is 0 where there are none."""
    document = own.document
    return {
        "document_id": document.document_id,
        "document": document.name,
        "title": document.title,
        "company": own.company,
        "form": document.form,
        "filed_on": document.filed_on.isoformat() if document.filed_on else None,
        "pages": own.pages,
        "passages": own.passages,
        "chars": document.chars,
        "sha256": document.sha256,
        "added_at": own.added_at.isoformat(),
    }


def page_as_json(page: DocumentPage, end: int, text: str) -> dict[str, Any]:
    """A page: the span [start, end) of the document's text, and what stands on it."""
    return {"page": page.number, "page_label": page.label, "start": page.start, "end": end, "text": text}
