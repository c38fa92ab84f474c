"""Passages of documents: saved by COPY, found by their words, and given back as citations."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from db.tables import companies, company_tickers, documents, passages
from workbench.domain.identity import Accession, Cik
from workbench.domain.passages import Hit, PassageFilter, PassageSpan

# More terms than this add time and no meaning; the rarest are kept.
_MOST_TERMS = 24


def save_passages(
    connection: sa.Connection,
    document_id: int,
    spans: Iterable[PassageSpan],
    *,
    cik: Cik | None,
    form: str | None,
    filed_on: date | None,
) -> int:
    """Makes `spans` the passages of the document and returns how many rows were written: 0 when they stood there already.

    Other passages of the same document (of an older extraction) are removed with their vectors.
    """
    rows = [(span.ordinal, span.start, span.end, span.part, span.item, span.page, span.text) for span in spans]
    columns = (
        passages.c.ordinal, passages.c.start_char, passages.c.end_char,
        passages.c.part, passages.c.item, passages.c.page, passages.c.text,
    )  # fmt: skip
    present = connection.execute(
        sa.select(*columns).where(passages.c.document_id == document_id).order_by(passages.c.ordinal)
    ).all()
    if [tuple(row) for row in present] == sorted(rows, key=lambda row: row[0]):
        return 0
    if present:
        connection.execute(sa.delete(passages).where(passages.c.document_id == document_id))
    named = (document_id, cik.number if cik else None, form, filed_on)
    with _cursor(connection) as cursor, cursor.copy(
        "copy passages (document_id, cik, form, filed_on, ordinal, start_char, end_char, part, item, page, text) from stdin"
    ) as copy:  # fmt: skip
        for row in rows:
            copy.write_row(named + row)
    return len(rows)


def _cursor(connection: sa.Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # nosec B101  open for as long as SQLAlchemy's connection is
    return driver.cursor()


def filter_clauses(where: PassageFilter) -> list[sa.ColumnElement[bool]]:
    """The conditions on `passages` that `where` asks for, to be applied before anything is ranked."""
    clauses: list[sa.ColumnElement[bool]] = []
    if where.companies:
        clauses.append(passages.c.cik.in_([cik.number for cik in where.companies]))
    if where.forms:
        clauses.append(passages.c.form.in_(where.forms))
    if where.items:
        clauses.append(passages.c.item.in_(where.items))
    if where.filed_from is not None:
        clauses.append(passages.c.filed_on >= where.filed_from)
    until = min((day for day in (where.as_of, where.filed_until) if day is not None), default=None)
    if until is not None:
        clauses.append(passages.c.filed_on <= until)
    return clauses


@dataclass(frozen=True, slots=True)
class _Term:
    """One word, compound (`10-K`, `391,035`) or quoted phrase of a question, in PostgreSQL's tsquery notation."""

    query: str

    @property
    def lexemes(self) -> list[str]:
        return [lexeme.replace("''", "'") for lexeme in re.findall(r"'((?:[^']|'')+)'", self.query)]


def search_words(connection: sa.Connection, text: str, where: PassageFilter, limit: int) -> list[int]:
    """Passage ids, best first, that hold at least one word of `text` (English, stemmed); at most `limit`.

    A word counts the more the fewer passages hold it and, with diminishing returns, the more often it occurs, as in BM25
    (Robertson and Zaragoza 2009); PostgreSQL's `ts_rank` of one term is such a saturating count. `"quoted words"` must
    occur as written and `-word` must not. Equal scores: newest filing first, then lower id.
    """
    parsed: str = connection.execute(sa.select(sa.cast(sa.func.websearch_to_tsquery("english", text), sa.Text))).scalar_one()
    terms = [_Term(part) for part in dict.fromkeys(parsed.split(" & ")) if part]
    wanted = [term for term in terms if not term.query.startswith("!")]
    refused = [term for term in terms if term.query.startswith("!")]
    if not wanted:
        return []
    weights = _inverse_frequencies(connection, wanted)
    kept = sorted(wanted, key=lambda term: -weights[term])[:_MOST_TERMS]
    tsquery = [sa.cast(sa.literal(term.query), sa.dialects.postgresql.TSQUERY) for term in kept]
    score = sum(
        (weights[term] * sa.func.ts_rank(passages.c.words, query) for term, query in zip(kept, tsquery, strict=True)),
        start=sa.literal(0.0),
    )
    anything = sa.cast(sa.literal(" | ".join(f"({term.query})" for term in kept)), sa.dialects.postgresql.TSQUERY)
    rows = connection.execute(
        sa.select(passages.c.passage_id)
        .where(passages.c.words.op("@@")(anything), *filter_clauses(where))
        .where(
            *(passages.c.words.op("@@")(sa.cast(sa.literal(term.query), sa.dialects.postgresql.TSQUERY)) for term in refused)
        )
        .order_by(score.desc(), passages.c.filed_on.desc().nulls_last(), passages.c.passage_id)
        .limit(limit)
    )
    return list(rows.scalars())


def _inverse_frequencies(connection: sa.Connection, terms: Sequence[_Term]) -> dict[_Term, float]:
    """How telling each term is: ln(1 + passages / passages with its rarest word).

    Frequencies are the planner's own statistics of `passages.words`, which ANALYZE keeps; a word that is not among the
    common ones listed there counts as rarer than all of them, and without statistics all words count alike.
    """
    lexemes = [lexeme for term in terms for lexeme in term.lexemes]
    rows = connection.execute(
        sa.text(
            "select element, frequency, least_frequency from (select most_common_elems::text::text[] as elements,"
            " most_common_elem_freqs as frequencies from pg_stats where schemaname = current_schema()"
            " and tablename = 'passages' and attname = 'words') s,"
            " lateral (select s.frequencies[cardinality(s.elements) + 1] as least_frequency) l"
            " left join lateral unnest(s.elements, s.frequencies) as u (element, frequency) on element = any (:lexemes)"
        ),
        {"lexemes": lexemes},
    ).all()
    least = max(float(rows[0].least_frequency) if rows and rows[0].least_frequency else 1e-3, 1e-7)
    frequency = {row.element: float(row.frequency) for row in rows if row.element is not None}
    return {
        term: max((math.log1p(1 / frequency.get(lexeme, least / 2)) for lexeme in term.lexemes), default=0.0) for term in terms
    }


def hits(connection: sa.Connection, scores: dict[int, float]) -> list[Hit]:
    """The passages with these ids as citations, in the order of `scores`; ids that do not exist are left out."""
    ticker = (
        sa.select(company_tickers.c.ticker)
        .where(company_tickers.c.cik == passages.c.cik)
        .order_by(company_tickers.c.position, company_tickers.c.ticker)
        .limit(1)
        .scalar_subquery()
        .label("ticker")
    )
    rows = connection.execute(
        sa.select(
            passages, documents.c.accession, documents.c.name, documents.c.title, companies.c.name.label("company"), ticker
        )
        .join(documents, documents.c.document_id == passages.c.document_id)
        .outerjoin(companies, companies.c.cik == passages.c.cik)
        .where(passages.c.passage_id.in_(list(scores)))
    ).all()
    found = {row.passage_id: row for row in rows}
    return [_hit(found[passage_id], score) for passage_id, score in scores.items() if passage_id in found]


def _hit(row: Any, score: float) -> Hit:
    return Hit(
        passage_id=row.passage_id,
        document_id=row.document_id,
        cik=Cik(row.cik) if row.cik is not None else None,
        company=row.company,
        ticker=row.ticker,
        accession=Accession(row.accession) if row.accession else None,
        document=row.name,
        title=row.title,
        form=row.form,
        filed_on=row.filed_on,
        part=row.part,
        item=row.item,
        page=row.page,
        start=row.start_char,
        end=row.end_char,
        text=row.text,
        score=score,
    )
