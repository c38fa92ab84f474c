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
from workbench.domain.passages import Hit, PassageFilter, PassageText
from workbench.ports import Embedder
from workbench.search.duplicates import Group, fold
from workbench.search.fusion import reciprocal_rank
from workbench.search.mentions import Mention, companies_in, without
from workbench.search.syntax import read_question

LONGEST_QUERY = 2000
MOST_HITS = 100
# How deep each half is read. Fixed, so that the second page continues the first; nobody reads further.
DEPTH = 200
# How much other companies' passages count when the question names one: they stay findable, its own come first.
_UNNAMED_WEIGHT = 0.25


class SearchMode(StrEnum):
    """Which halves are asked."""

    HYBRID = "hybrid"
    WORDS = "words"
    VECTOR = "vector"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question to the passages. Raises InvalidRequest or FutureDate when made wrongly.

    Words in quotes must occur as written, a word with a minus sign before it must not. `companies`, `forms` and `items`
    narrow to what they name and leave open when empty; `as_of` keeps what was filed on or before that day. `k` hits come back
    after the first `offset`.
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
    """Hits, best first. `next_offset` continues them, and is None at the end.

    `mentions` are the companies that the question was understood to name: their passages were lifted, others not left out.
    """

    query: SearchQuery
    hits: tuple[Hit, ...]
    next_offset: int | None
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ranking:
    half: SearchMode
    weight: float
    passage_ids: Sequence[int]


def search(connection: Connection, embedder: Embedder, query: SearchQuery) -> SearchResult:
    """The passages that answer the question best, as citations; the same question on the same data gives the same order.

    A company that the question names is asked apart as well, by the question without the name: its own filings rarely say
    it. The places in all these lists are fused.
    """
    question = read_question(query.text)
    mentions = companies_in(connection, question.text)
    subject = without(question.text, mentions)
    where = replace(query.filter, phrases=question.phrases, excluded=question.excluded)
    named = {mention.company.cik for mention in mentions}
    narrowed = tuple(sorted(named & set(query.companies) if query.companies else named))
    terms = full_text.read_terms(connection, question.text)
    rankings = _rank(
        connection, embedder, mode=query.mode, terms=terms, text=subject, where=where,
        weight=_UNNAMED_WEIGHT if narrowed else 1.0,
    )  # fmt: skip
    if narrowed:
        about = full_text.read_terms(connection, subject)
        theirs = replace(where, companies=narrowed)
        rankings += _rank(connection, embedder, mode=query.mode, terms=about, text=subject, where=theirs, weight=1.0)
    scores = reciprocal_rank([(ranking.weight, ranking.passage_ids) for ranking in rankings])
    groups, is_more = _page(connection, list(scores), query)
    shown = {group.first.passage_id: group for group in groups}
    found = passages.hits(connection, {name: scores[name] for name in shown}, highlight=terms.any_of)
    return SearchResult(
        query,
        tuple(_placed(hit, shown[hit.passage_id], rankings) for hit in found),
        query.offset + query.k if is_more else None,
        tuple(mentions),
    )


def _rank(
    connection: Connection,
    embedder: Embedder,
    *,
    mode: SearchMode,
    terms: full_text.Terms,
    text: str,
    where: PassageFilter,
    weight: float,
) -> list[_Ranking]:
    rankings = []
    if mode != SearchMode.VECTOR:
        rankings.append(_Ranking(SearchMode.WORDS, weight, full_text.search_words(connection, terms, where, DEPTH)))
    model = embeddings.find_model(connection, embedder.model) if mode != SearchMode.WORDS else None
    if model is not None:
        vector = embedder.embed([text])[0]
        rankings.append(
            _Ranking(SearchMode.VECTOR, weight, embeddings.search_vectors(connection, model, vector, where, DEPTH))
        )
    return rankings


def _page(connection: Connection, ranked: Sequence[int], query: SearchQuery) -> tuple[list[Group], bool]:
    # Twice the page is usually enough to fill it after folding; when it is not, more is read.
    end, taken = query.offset + query.k, 0
    read: list[PassageText] = []
    groups: list[Group] = []
    while len(groups) <= end and taken < len(ranked):
        more = ranked[taken : taken + 2 * end + 1]
        read += passages.texts(connection, more)
        taken += len(more)
        groups = fold(read)
    return groups[query.offset : end], len(groups) > end


def _nearest(connection: Connection, embedder: Embedder, text: str, where: PassageFilter) -> list[int]:
    model = embeddings.find_model(connection, embedder.model)
    if model is None:
        return []
    return embeddings.search_vectors(connection, model, embedder.embed([text])[0], where, DEPTH)


def _placed(hit: Hit, group: Group, rankings: Sequence[_Ranking]) -> Hit:
    def place(half: SearchMode) -> int | None:
        ours = [ranking.passage_ids for ranking in rankings if ranking.half == half]
        return min((ids.index(hit.passage_id) + 1 for ids in ours if hit.passage_id in ids), default=None)

    also = dict.fromkeys(other.accession for other in group.others if other.accession and other.accession != hit.accession)
    return replace(hit, text_rank=place(SearchMode.WORDS), vector_rank=place(SearchMode.VECTOR), also_in=tuple(also))
