"""Documents that users add: their pages and their entries in the list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from workbench.domain.filings.filing import Document
from workbench.domain.filings.subjects import DocumentSubject
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.domain.rights.roles import Role


class DocumentPage(NamedTuple):
    """A page: `number` counts from 1, `start` is its offset in the extracted text, `label` is the PDF's page label.

    A label is stored only if it differs from the number (`iv`, `F-3`, `slide 4`, `sheet Segments`).
    """

    number: int
    start: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """A document that a user added, and the roles that may read it beside its owner.

    `company` is the ticker, or `CIK n` without one; None for no company in the database. `subject` is what the document was
    understood to be about; None if it was added before that was read.
    """

    document: Document
    company: str | None
    added_at: datetime
    pages: int
    passages: int
    subject: DocumentSubject | None = None
    owner: str = LOCAL_USER
    shared_with: tuple[Role, ...] = ()


def page_at(pages: Sequence[DocumentPage], offset: int) -> DocumentPage | None:
    """The page that `offset` lies on; None for a document without pages.

    >>> page_at([DocumentPage(1, 0), DocumentPage(2, 40)], 40).number
    2
    """
    index = bisect_right([page.start for page in pages], offset) - 1
    return pages[max(index, 0)] if pages else None


def page_name(number: int, label: str | None) -> str:
    """How a page is cited: by its number and its label, a slide or a sheet as its document calls it.

    >>> page_name(4, "slide 4"), page_name(5, "iv"), page_name(5, None)
    ('slide 4', 'page 5 (iv)', 'page 5')
    """
    if label and label.startswith(("slide ", "sheet ")):
        return label
    return f"page {number}{f' ({label})' if label else ''}"


@dataclass(frozen=True, slots=True)
class AttachmentResult:
    """What became of a file in an e-mail: the document that it is (`is_new` if it was not there before), or the problem."""

    name: str
    document: OwnDocument | None = None
    is_new: bool = False
    problem: str | None = None
