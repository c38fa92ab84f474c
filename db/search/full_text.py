"""Passages by their words: PostgreSQL's English full text, ranked as BM25 ranks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from db.search.passages import count_lasting, filter_clauses
from db.search.term_selection import SelectedTerm, selection
from db.tables import passages
from workbench.domain.filings.passages import PassageFilter
from workbench.domain.rights.ownership import LOCAL, Caller

# More terms than this add time and no meaning; the rarest are kept.
_MOST_TERMS = 24
# How much another name of what the question says counts.
_OTHER_NAME = 0.7
# Ranking so many passages takes some 10 ms on one core; where the filter leaves fewer of them than are asked for, more are.
_FIRST_CANDIDATES = 1_000
_MOST_CANDIDATES = 20_000
# Counting words in so many passages tells common from rare well enough, and takes some 50 ms on one core.
_MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Term:
    """One word, compound (`10-K`, `391,035`) or quoted phrase of a question, in PostgreSQL's tsquery notation."""

    query: str

    @property
    def lexemes(self) -> list[str]:
        """Its words, stemmed."""
        return [lexeme[1:-1].replace("''", "'") for lexeme in self.quoted]

    @property
    def quoted(self) -> list[str]:
        """The same, each as a tsquery of its own."""
        return re.findall(r"'(?:[^']|'')+'", self.query)


@dataclass(frozen=True, slots=True)
class Terms:
    """A question taken apart: `wanted` tells which share of all passages holds each term, rarest first.

    `other_names` are terms that say by another name what the question says; they count `_OTHER_NAME` of a term of its own.
    """

    wanted: dict[Term, float]
    other_names: frozenset[Term] = frozenset()

    @property
    def own(self) -> str:
        """The question's own terms joined by `or`, in tsquery notation; empty when there are none."""
        return _joined((term for term in self.wanted if term not in self.other_names), " | ")

    def weight(self, term: Term) -> float:
        """What the term counts: the more, the fewer passages hold it."""
        return math.log1p(1 / self.wanted[term]) * (_OTHER_NAME if term in self.other_names else 1.0)

    def selecting(self, passages_in_all: int, most: int) -> str:
        """A tsquery that lets at most about `most` of so many passages through to be ranked: those that can rank high."""
        terms = [SelectedTerm(term.query, share, self.weight(term)) for term, share in self.wanted.items()]
        return selection(terms, passages_in_all, most)


@dataclass(frozen=True, slots=True)
class AskedWords:
    """A question, or a part of one, as it is searched by words.

    `other_names` are phrases that count as well where all their words stand in their order.
    """

    text: str
    other_names: tuple[str, ...] = ()


def _joined(terms: Iterable[Term], operator: str) -> str:
    return operator.join(f"({term.query})" for term in terms)


def read_terms(
    connection: sa.Connection, asked: Sequence[AskedWords], *, as_of: date | None = None, caller: Caller = LOCAL
) -> list[Terms]:
    """The terms of each wording, in their order: English stems without stop words, compounds as one term.

    No term for stop words alone. With `as_of` the shares are of what was filed on or before that day and `caller` may read,
    whatever came later. Words are looked up once for all wordings: their statistics are long, and counting takes longer yet.
    """
    parsed = _parsed(connection, asked)
    terms = list(dict.fromkeys(term for own, others in parsed for term in own + others))
    shares = _shares(connection, terms, PassageFilter(as_of=as_of, caller=caller))
    return [_rarest(own, others, shares) for own, others in parsed]


def _parsed(connection: sa.Connection, asked: Sequence[AskedWords]) -> list[tuple[list[Term], list[Term]]]:
    """The terms of each wording's text, and those of its other names that are not among them."""
    queries = [_parsing(wording) for wording in asked]
    if not queries:
        return []
    parsed = iter(connection.execute(sa.select(*(query for own in queries for query in own))).one())
    results = []
    for wording in asked:
        terms = [Term(part) for part in dict.fromkeys(next(parsed).split(" & ")) if part]
        named = [Term(next(parsed)) for _ in wording.other_names]
        results.append((terms, [term for term in dict.fromkeys(named) if term.query and term not in terms]))
    return results


def _parsing(asked: AskedWords) -> list[sa.ColumnElement[str]]:
    # plainto would tear 10-K apart; quotes, minus signs and `or` were read before and mean nothing here.
    words = re.sub(r'["“”]|(?<!\S)-', " ", asked.text).split()
    plain = " ".join(word for word in words if word.lower() != "or")
    queries = [sa.func.websearch_to_tsquery("english", plain)]
    queries += [sa.func.phraseto_tsquery("english", name) for name in asked.other_names]
    return [sa.cast(query, sa.Text) for query in queries]


def _rarest(terms: Sequence[Term], others: Sequence[Term], shares: Mapping[Term, float]) -> Terms:
    rarest = sorted(terms, key=lambda term: shares[term])[:_MOST_TERMS]
    asked = sorted([*rarest, *others[:_MOST_TERMS]], key=lambda term: shares[term])
    return Terms({term: shares[term] for term in asked}, frozenset(others))


def unknown_words(
    connection: sa.Connection, words: Sequence[str], as_of: date | None = None, caller: Caller = LOCAL
) -> list[str]:
    """Those of the words that no passage (filed by `as_of`, that `caller` may read) holds in any form, in their order.

    Stop words are known.
    """
    stems = [sa.cast(sa.func.plainto_tsquery("english", word), sa.Text) for word in words]
    terms = dict(zip(words, map(Term, connection.execute(sa.select(*stems)).one()), strict=True)) if words else {}
    common: dict[str, float] = {}
    if as_of is None:
        # A common word is in the statistics, which spares reading an index entry of a million passages.
        common, _ = _frequencies(connection, [lexeme for term in terms.values() for lexeme in term.lexemes])
    rare = [word for word, term in terms.items() if term.lexemes and not set(term.lexemes) <= common.keys()]
    known = PassageFilter(as_of=as_of, caller=caller)
    held = [sa.select(passages.c.passage_id).where(_holds(terms[word].query), *filter_clauses(known)) for word in rare]
    result = connection.execute(sa.select(*(query.exists() for query in held))).one() if held else ()
    return [word for word, is_held in zip(rare, result, strict=True) if not is_held]


def search_words(
    connection: sa.Connection, terms: Terms, where: PassageFilter, limit: int, in_all: int | None = None
) -> list[int]:
    """Passage ids, best first, that hold a wanted term (among very many passages, enough of them); at most `limit`.

    A term counts the more the fewer passages hold it and, with diminishing returns, the more often it occurs,
    as in BM25 (Robertson and Zaragoza 2009); PostgreSQL's `ts_rank` of one term is such a saturating count. Equal scores:
    newest filing first, then lower id. `in_all` is `count_lasting` of the filter, if the caller has it.
    """
    if not terms.wanted:
        return []
    in_all = count_lasting(connection, where) if in_all is None else in_all
    first = terms.selecting(in_all, _FIRST_CANDIDATES)
    ranked = _ranked(connection, terms, first, where, limit)
    if len(ranked) < limit and (wider := terms.selecting(in_all, _MOST_CANDIDATES)) != first:
        ranked = _ranked(connection, terms, wider, where, limit)
    return ranked


def _ranked(connection: sa.Connection, terms: Terms, selected: str, where: PassageFilter, limit: int) -> list[int]:
    asked: dict[str, object] = {"selected": selected}
    for number, term in enumerate(terms.wanted):
        asked |= {f"term_{number}": term.query, f"weight_{number}": terms.weight(term)}
    return list(connection.scalars(_ranking(len(terms.wanted), where, limit), asked).all())


@lru_cache(maxsize=256)
def _ranking(count: int, where: PassageFilter, limit: int) -> sa.Select[Any]:
    """The statement for so many terms: made once for each filter, since making it takes longer than sending it."""
    score: sa.ColumnElement[float] = sa.literal(0.0)
    for number in range(count):
        weight = sa.bindparam(f"weight_{number}", type_=sa.Float())
        score = score + weight * sa.func.ts_rank(passages.c.words, _tsquery_parameter(f"term_{number}"))
    return (
        sa.select(passages.c.passage_id)
        .where(passages.c.words.op("@@", return_type=sa.Boolean())(_tsquery_parameter("selected")), *filter_clauses(where))
        .order_by(score.desc(), passages.c.filed_on.desc().nulls_last(), passages.c.passage_id)
        .limit(limit)
    )


def _tsquery_parameter(name: str) -> sa.ColumnElement[object]:
    return sa.cast(sa.bindparam(name, type_=sa.Text()), TSQUERY)


def _tsquery(text: str) -> sa.ColumnElement[object]:
    return sa.cast(sa.literal(text), TSQUERY)


def _holds(query: str) -> sa.ColumnElement[bool]:
    return passages.c.words.op("@@", return_type=sa.Boolean())(_tsquery(query))


def _shares(connection: sa.Connection, terms: Sequence[Term], known: PassageFilter) -> dict[Term, float]:
    """Which share of all passages holds each term, taken as that of its rarest word; above 0 and at most 1.

    Shares are the planner's own statistics of `passages.words`, which ANALYZE keeps. A word that is not among the common
    ones listed there is taken for half as frequent as the rarest of them; without statistics all words are alike. Each later
    filing moves the statistics, so under an `as_of` what was filed by then is counted instead.
    """
    if not terms:
        return {}
    if known.as_of is not None:
        return _counted_shares(connection, terms, known)
    share, least = _frequencies(connection, [lexeme for term in terms for lexeme in term.lexemes])
    return {term: min((share.get(lexeme, least / 2) for lexeme in term.lexemes), default=1.0) for term in terms}


def _counted_shares(connection: sa.Connection, terms: Sequence[Term], known: PassageFilter) -> dict[Term, float]:
    """Shares of the passages that pass the filter, counted; among many in every second, third and so on, always the same.

    A word that none of those counted holds is taken for held by half a one.
    """
    step = max(1, math.ceil(count_lasting(connection, known) / _MOST_COUNTED))
    words = list(dict.fromkeys(word for term in terms for word in term.quoted))
    in_all, *counts = connection.execute(
        sa.select(sa.func.count(), *(sa.func.count().filter(_holds(word)) for word in words))
        .select_from(passages)
        .where(*filter_clauses(known), passages.c.passage_id % step == 0)
    ).one()
    share = {word: max(count, 0.5) / max(in_all, 1) for word, count in zip(words, counts, strict=True)}
    return {term: min((share[word] for word in term.quoted), default=1.0) for term in terms}


def _frequencies(connection: sa.Connection, lexemes: Sequence[str]) -> tuple[dict[str, float], float]:
    """Which share of all passages holds each of the lexemes that are listed as common, and the least share listed."""
    rows = connection.execute(
        sa.text(
            # The last entry but one of the frequencies is the least of them (pg_statistic.h, STATISTIC_KIND_MCELEM).
            "select u.element, u.frequency, s.frequencies[cardinality(s.elements) + 1] as least"
            " from (select most_common_elems::text::text[] as elements, most_common_elem_freqs as frequencies from pg_stats"
            " where schemaname = current_schema() and tablename = 'passages' and attname = 'words') s"
            " left join lateral unnest(s.elements, s.frequencies) as u (element, frequency) on u.element = any (:lexemes)"
        ),
        {"lexemes": list(lexemes)},
    ).all()
    least = float(rows[0].least or 1e-3) if rows else 1e-3
    return {row.element: float(row.frequency) for row in rows if row.element is not None}, least
