"""Passages by their words: PostgreSQL's English full text, ranked as BM25 ranks."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from db.passages import filter_clauses
from db.tables import passages
from workbench.domain.passages import PassageFilter

# More terms than this add time and no meaning; the rarest are kept.
_MOST_TERMS = 24


@dataclass(frozen=True, slots=True)
class Term:
    """One word, compound (`10-K`, `391,035`) or quoted phrase of a question, in PostgreSQL's tsquery notation."""

    query: str

    @property
    def lexemes(self) -> list[str]:
        """Its words, stemmed."""
        return [lexeme.replace("''", "'") for lexeme in re.findall(r"'((?:[^']|'')+)'", self.query)]


@dataclass(frozen=True, slots=True)
class Terms:
    """A question taken apart: `wanted` weighs each term by its rarity, `refused` must not occur."""

    wanted: dict[Term, float]
    refused: tuple[Term, ...]

    @property
    def any_of(self) -> str:
        """All wanted terms joined by `or`, in tsquery notation; empty when there are none."""
        return " | ".join(f"({term.query})" for term in self.wanted)


def read_terms(connection: sa.Connection, text: str) -> Terms:
    """The terms of a question as a web search box reads it: English stems without stop words, `"quoted phrases"`, `-word`."""
    parsed: str = connection.execute(sa.select(sa.cast(sa.func.websearch_to_tsquery("english", text), sa.Text))).scalar_one()
    terms = [Term(part) for part in dict.fromkeys(parsed.split(" & ")) if part]
    wanted = [term for term in terms if not term.query.startswith("!")]
    weights = _inverse_frequencies(connection, wanted) if wanted else {}
    rarest = sorted(wanted, key=lambda term: -weights[term])[:_MOST_TERMS]
    return Terms({term: weights[term] for term in rarest}, tuple(term for term in terms if term.query.startswith("!")))


def search_words(connection: sa.Connection, terms: Terms, where: PassageFilter, limit: int) -> list[int]:
    """Passage ids, best first, that hold at least one wanted term and no refused one; at most `limit`.

    A term counts the more the fewer passages hold it and, with diminishing returns, the more often it occurs, as in BM25
    (Robertson and Zaragoza 2009); PostgreSQL's `ts_rank` of one term is such a saturating count. Equal scores: newest
    filing first, then lower id.
    """
    if not terms.wanted:
        return []
    score: sa.ColumnElement[float] = sa.literal(0.0)
    for term, weight in terms.wanted.items():
        score = score + weight * sa.func.ts_rank(passages.c.words, _tsquery(term.query))
    rows = connection.execute(
        sa.select(passages.c.passage_id)
        .where(_matches(terms.any_of), *(_matches(term.query) for term in terms.refused), *filter_clauses(where))
        .order_by(score.desc(), passages.c.filed_on.desc().nulls_last(), passages.c.passage_id)
        .limit(limit)
    )
    return list(rows.scalars())


def _tsquery(text: str) -> sa.ColumnElement[object]:
    return sa.cast(sa.literal(text), TSQUERY)


def _matches(tsquery: str) -> sa.ColumnElement[bool]:
    return passages.c.words.op("@@", return_type=sa.Boolean())(_tsquery(tsquery))


def _inverse_frequencies(connection: sa.Connection, terms: Sequence[Term]) -> dict[Term, float]:
    """How telling each term is: ln(1 + passages / passages with its rarest word).

    Frequencies are the planner's own statistics of `passages.words`, which ANALYZE keeps; a word that is not among the
    common ones listed there counts as rarer than all of them, and without statistics all words count alike.
    """
    rows = connection.execute(
        sa.text(
            # The last entry but one of the frequencies is the least of them (pg_statistic.h, STATISTIC_KIND_MCELEM).
            "select u.element, u.frequency, s.frequencies[cardinality(s.elements) + 1] as least"
            " from (select most_common_elems::text::text[] as elements, most_common_elem_freqs as frequencies from pg_stats"
            " where schemaname = current_schema() and tablename = 'passages' and attname = 'words') s"
            " left join lateral unnest(s.elements, s.frequencies) as u (element, frequency) on u.element = any (:lexemes)"
        ),
        {"lexemes": [lexeme for term in terms for lexeme in term.lexemes]},
    ).all()
    least = float(rows[0].least or 1e-3) if rows else 1e-3
    frequency = {row.element: float(row.frequency) for row in rows if row.element is not None}
    return {
        term: max((math.log1p(1 / frequency.get(lexeme, least / 2)) for lexeme in term.lexemes), default=0.0) for term in terms
    }
