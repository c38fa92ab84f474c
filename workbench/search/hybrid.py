"""Hybrid retrieval: full text and vectors together, one question, one `as_of`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from db import embeddings, full_text, passages
from db.engine import Connection
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Cik
from workbench.domain.passages import Hit, PassageFilter
from workbench.ports import Embedder
from workbench.search.fusion import reciprocal_rank

LONGEST_QUERY = 2000
MOST_HITS = 100
# How deep each half is read. Fixed, so that the second page continues the first; nobody reads further.
DEPTH = 200


class SearchMode(StrEnum):
    """Which halves are asked."""

    HYBRID = "hybrid"
    WORDS = "words"
    VECTOR = "vector"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question to the passages. Raises InvalidRequest or FutureDate when made wrongly.

    `companies`, `forms` and `items` narrow to what they name and leave open when empty; `as_of` keeps what was filed on or
    before that day. `k` hits come back after the first `offset`.
    """

    text: str
    companies: tuple[Cik, ...] = ()
    forms: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    as_of: date | None = None
    k: int = 10
    offset: int = 0
    mode: SearchMode = SearchMode.HYBRID

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", tuple(form.strip().upper() for form in self.forms))
        object.__setattr__(self, "items", tuple(re.sub(r"^ITEM\s+", "", item.strip().upper()) for item in self.items))
        if not self.text.strip():
            raise InvalidRequest("the query is empty")
        if len(self.text) > LONGEST_QUERY:
            raise InvalidRequest(f"the query has {len(self.text):,} characters; {LONGEST_QUERY:,} are the most")
        if "\0" in self.text:
            raise InvalidRequest("the query holds a null character")
        if not 1 <= self.k <= MOST_HITS:
            raise InvalidRequest(f"k is {self.k}; it lies between 1 and {MOST_HITS}")
        if self.offset < 0:
            raise InvalidRequest(f"offset is {self.offset}; it is 0 or more")
        parse_as_of(self.as_of)

    def within(self, companies: tuple[Cik, ...]) -> SearchQuery:
        """The same question to these companies only; to all of them when empty."""
        return replace(self, companies=companies)

    @property
    def filter(self) -> PassageFilter:
        """What may be found at all."""
        return PassageFilter(companies=self.companies, forms=self.forms, items=self.items, as_of=self.as_of)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `next_offset` continues them, and is None at the end."""

    query: SearchQuery
    hits: tuple[Hit, ...]
    next_offset: int | None


def search(connection: Connection, embedder: Embedder, query: SearchQuery) -> SearchResult:
    """The passages that answer the question best, as citations; the same question on the same data gives the same order."""
    terms = full_text.read_terms(connection, query.text)
    words = full_text.search_words(connection, terms, query.filter, DEPTH) if query.mode != SearchMode.VECTOR else []
    vectors = _nearest(connection, embedder, query) if query.mode != SearchMode.WORDS else []
    fused = reciprocal_rank([words, vectors])
    end = query.offset + query.k
    window = dict(list(fused.items())[query.offset : end])
    found = passages.hits(connection, window, highlight=terms.any_of)
    return SearchResult(query, tuple(_placed(hit, words, vectors) for hit in found), end if end < len(fused) else None)


def _nearest(connection: Connection, embedder: Embedder, query: SearchQuery) -> list[int]:
    model = embeddings.find_model(connection, embedder.model)
    if model is None:
        return []
    return embeddings.search_vectors(connection, model, embedder.embed([query.text])[0], query.filter, DEPTH)


def _placed(hit: Hit, words: Sequence[int], vectors: Sequence[int]) -> Hit:
    def place(ranking: Sequence[int]) -> int | None:
        return ranking.index(hit.passage_id) + 1 if hit.passage_id in ranking else None

    return replace(hit, text_rank=place(words), vector_rank=place(vectors))
