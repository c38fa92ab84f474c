"""Companies of added documents that a question names, and companies it names of which nothing is here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.engine import Connection
from db.search.subjects import companies_of_documents
from workbench.domain.companies.names import ticker_key
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.search.mentions import Mention, symbols_in
from workbench.search.question_words import known_in, question_words, stretches


@dataclass(frozen=True, slots=True)
class OwnMention:
    """A company of added documents (ids) and the stretch [start, end) of the question that names it."""

    name: str
    documents: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AbsentMention:
    """A company that the question names and of which there is no document, and the stretch [start, end) that names it."""

    name: str
    start: int
    end: int


def own_companies_in(connection: Connection, text: str, as_of: date | None = None, caller: Caller = LOCAL) -> list[OwnMention]:
    """Companies of added documents that the question names, from left to right; longer names win.

    Only documents dated by `as_of` that `caller` may read count.
    """
    named = {(each.start, each.end): each.keys for each in stretches(question_words(text))}
    for span, symbol in symbols_in(text).items():
        named[span] = named.get(span, frozenset()) | {ticker_key(symbol)}
    keys = sorted(key for own in named.values() for key in own)
    known = companies_of_documents(connection, keys, as_of, caller) if keys else []
    results: list[OwnMention] = []
    for (start, end), own in sorted(named.items(), key=lambda entry: (entry[0][0] - entry[0][1], entry[0])):
        meant = [company for company in known if company.keys & own]
        if meant and all(end <= each.start or each.end <= start for each in results):
            ids = sorted({document for company in meant for document in company.documents})
            results.append(OwnMention(meant[0].name, tuple(ids), start, end))
    return sorted(results, key=lambda mention: mention.start)


def absent_companies_in(text: str, here: Sequence[Mention | OwnMention]) -> list[AbsentMention]:
    """Well-known companies that the question names where none of those that are `here` is named."""
    return [
        AbsentMention(each.known.name, each.start, each.end)
        for each in known_in(question_words(text))
        if all(each.end <= other.start or other.end <= each.start for other in here)
    ]
