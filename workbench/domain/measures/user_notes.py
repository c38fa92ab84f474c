"""Notes that users write on figures and on passages of documents, and which filings they have read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Accession, Cik
from workbench.domain.rights.roles import Role
from workbench.domain.statements.statement import PeriodKind

_LONGEST_TEXT, _LONGEST_TAG, _MOST_TAGS = 4000, 40, 10
_FIGURE = re.compile(r"([a-z][a-z0-9_]{0,79})@(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class NotedFigure:
    """A figure of a company, as pages address it: `name` is `revenue@2024-09-28`."""

    cik: Cik
    period: PeriodKind
    name: str


@dataclass(frozen=True, slots=True)
class NotedPassage:
    """A span [start, end) of a document's text, and the words there when the note was written."""

    document_id: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note, whose it is, and the roles that may read it beside its owner."""

    note_id: int
    owner: str
    about: NotedFigure | NotedPassage
    text: str
    tags: tuple[str, ...]
    created_at: datetime
    shared_with: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class FilingReview:
    """That a user has read a filing, and when that was marked."""

    accession: Accession
    cik: Cik
    form: str
    filed_on: date
    reviewed_at: datetime


def checked_text(text: str) -> str:
    """The text without blanks around it; raises InvalidRequest unless it has 1 to 4,000 characters."""
    text = text.strip().replace("\x00", "")
    if not text or len(text) > _LONGEST_TEXT:
        raise InvalidRequest(f"a note has 1 to {_LONGEST_TEXT:,} characters")
    return text


def parse_tags(text: str) -> tuple[str, ...]:
    """The tags between commas, in lower case, each once, in order; raises InvalidRequest for long or too many ones.

    >>> parse_tags("Margins, china ,margins")
    ('margins', 'china')
    """
    tags = tuple(dict.fromkeys(" ".join(part.lower().split()) for part in text.split(",") if part.strip()))
    _check_tags(tags)
    return tags


def _check_tags(tags: Iterable[str]) -> None:
    tags = list(tags)
    if len(tags) > _MOST_TAGS:
        raise InvalidRequest(f"a note has at most {_MOST_TAGS} tags")
    for tag in tags:
        if len(tag) > _LONGEST_TAG or not tag.isprintable():
            raise InvalidRequest(f"a tag has at most {_LONGEST_TAG} characters on one line")


def parse_figure(cik: Cik, period: PeriodKind, name: str) -> NotedFigure:
    """The figure that `revenue@2024-09-28` names; raises InvalidRequest for another form of name."""
    match = _FIGURE.fullmatch(name.strip())
    if match is None:
        raise InvalidRequest(f"{name!r} is not a figure such as revenue@2024-09-28")
    try:
        date.fromisoformat(match[2])
    except ValueError:
        raise InvalidRequest(f"{match[2]!r} is not a date such as 2024-09-28") from None
    return NotedFigure(cik, period, match[0])
