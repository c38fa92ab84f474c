"""Vectors of passages, several models side by side, each with an index of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from pgvector import Vector
from pgvector.psycopg import register_vector
from pgvector.sqlalchemy import VECTOR
from sqlalchemy.dialects import postgresql as pg

from db.engine import Database
from db.passages import count_expected, filter_clauses
from db.tables import document_embeddings, embedding_models, filing_vectors, passages
from workbench.domain.passages import PassageFilter

# Comparing each of so many 256-dimensional vectors takes 20 to 50 ms, and is exact; an index pays beyond.
INDEX_FROM = 10_000
# Any fixed number will do: the namespace of the locks held while a model's index is built.
_INDEX_LOCK = 730_122


class IndexKind(StrEnum):
    """How nearest vectors are found among many: HNSW finds more, IVFFLAT is built sooner and smaller."""

    HNSW = "hnsw"
    IVFFLAT = "ivfflat"


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A model as the database knows it; `is_complete` once every passage had its vector, and ever after."""

    model_id: int
    model: str
    dimensions: int
    is_complete: bool = False


def find_model(connection: sa.Connection, model: str) -> EmbeddingModel | None:
    """The model of this name, or None before its first vector."""
    row = connection.execute(sa.select(embedding_models).where(embedding_models.c.model == model)).one_or_none()
    return EmbeddingModel(row.model_id, row.model, row.dimensions, row.completed_at is not None) if row else None


def save_model(connection: sa.Connection, model: str, dimensions: int) -> EmbeddingModel:
    """The model of this name, added when it is new."""
    connection.execute(pg.insert(embedding_models).values(model=model, dimensions=dimensions).on_conflict_do_nothing())
    found = find_model(connection, model)
    assert found is not None  # noqa: S101  # nosec B101  just inserted
    return found


def mark_complete(connection: sa.Connection, model: EmbeddingModel) -> None:
    """Notes that every passage has its vector of the model; the first time counts, and only once there are passages."""
    if not count_embeddings(connection, model, most=1):
        return
    connection.execute(
        sa.update(embedding_models)
        .where(embedding_models.c.model_id == model.model_id, embedding_models.c.completed_at.is_(None))
        .values(completed_at=sa.func.now())
    )


def is_behind(connection: sa.Connection, model: EmbeddingModel) -> bool:
    """Whether the newest passage lacks its vector: filings came in, and embedding has not caught up."""
    newest = sa.select(sa.func.max(passages.c.passage_id)).scalar_subquery()
    found = sa.select(document_embeddings.c.passage_id).where(
        document_embeddings.c.passage_id == newest, document_embeddings.c.model_id == model.model_id
    )
    return not connection.scalar(sa.select(found.exists()))


def count_missing(connection: sa.Connection, model: EmbeddingModel) -> int:
    """How many passages lack their vector of the model."""
    return connection.scalar(sa.select(sa.func.count()).select_from(passages).where(~_is_known(model))) or 0


def _is_known(model: EmbeddingModel) -> sa.ColumnElement[bool]:
    return (
        sa.select(sa.literal(1))
        .where(document_embeddings.c.passage_id == passages.c.passage_id, document_embeddings.c.model_id == model.model_id)
        .exists()
    )


def missing_embeddings(connection: sa.Connection, model: EmbeddingModel, *, after: int, limit: int) -> list[tuple[int, str]]:
    """Passages (id, text) that have no vector of the model, with an id above `after`, by id; at most `limit`."""
    rows = connection.execute(
        sa.select(passages.c.passage_id, passages.c.text)
        .where(passages.c.passage_id > after, ~_is_known(model))
        .order_by(passages.c.passage_id)
        .limit(limit)
    )
    return [(row.passage_id, row.text) for row in rows]


def save_embeddings(
    connection: sa.Connection, model: EmbeddingModel, passage_ids: Sequence[int], vectors: npt.NDArray[np.float32]
) -> int:
    """Stores one vector a passage by binary COPY and returns how many were new.

    Vectors that are there already stay; passages that went away meanwhile are left out.
    """
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # nosec B101  open for as long as SQLAlchemy's connection is
    register_vector(driver)
    with driver.cursor() as cursor:
        cursor.execute("create temp table if not exists incoming_vectors (passage_id bigint, embedding vector) on commit drop")
        cursor.execute("truncate incoming_vectors")
        with cursor.copy("copy incoming_vectors from stdin with (format binary)") as copy:
            copy.set_types(["int8", "vector"])
            for passage_id, vector in zip(passage_ids, vectors, strict=True):
                copy.write_row((passage_id, Vector(vector)))
        cursor.execute(
            "insert into document_embeddings (passage_id, model_id, embedding)"
            " select passage_id, %s, embedding from incoming_vectors"
            " where exists (select from passages p where p.passage_id = incoming_vectors.passage_id for key share)"
            " on conflict do nothing",
            (model.model_id,),
        )
        return int(cursor.rowcount)


def count_embeddings(connection: sa.Connection, model: EmbeddingModel, *, most: int) -> int:
    """How many vectors of the model there are, counted no further than `most`."""
    some = (
        sa.select(sa.literal(1))
        .select_from(document_embeddings)
        .where(document_embeddings.c.model_id == model.model_id)
        .limit(most)
    )
    return connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def refresh_filing_vectors(connection: sa.Connection, model: EmbeddingModel) -> int:
    """Makes the mean vector of each document whose passages all have one, anew where their number changed.

    Returns how many were written. Idempotent.
    """
    means = (
        sa.select(
            passages.c.document_id,
            sa.literal(model.model_id, sa.SmallInteger()).label("model_id"),
            sa.func.count().label("passages"),
            sa.func.avg(document_embeddings.c.embedding).label("embedding"),
        )
        .outerjoin(
            document_embeddings,
            (document_embeddings.c.passage_id == passages.c.passage_id) & (document_embeddings.c.model_id == model.model_id),
        )
        .where(passages.c.document_id.in_(_changed_documents(model)))
        .group_by(passages.c.document_id)
        .having(sa.func.count() == sa.func.count(document_embeddings.c.passage_id))
    )
    insert = pg.insert(filing_vectors).from_select(["document_id", "model_id", "passages", "embedding"], means)
    written = connection.execute(
        insert.on_conflict_do_update(
            index_elements=["document_id", "model_id"],
            set_={"passages": insert.excluded.passages, "embedding": insert.excluded.embedding},
        )
    )
    return written.rowcount


def _changed_documents(model: EmbeddingModel) -> sa.Select[tuple[int]]:
    counts = sa.select(passages.c.document_id, sa.func.count().label("n")).group_by(passages.c.document_id).subquery()
    return (
        sa.select(counts.c.document_id)
        .outerjoin(
            filing_vectors,
            (filing_vectors.c.document_id == counts.c.document_id) & (filing_vectors.c.model_id == model.model_id),
        )
        .where(filing_vectors.c.passages.is_distinct_from(counts.c.n))
    )


def build_index(database: Database, model: EmbeddingModel, kind: IndexKind | None = None) -> bool:
    """Makes the model's index where it has `INDEX_FROM` vectors and none of the kind yet; True when it was made.

    No kind takes the one that is there, or HNSW. One of the other kind goes once the new one stands. Searches and writes
    go on meanwhile; a build that was interrupted earlier is begun again. Takes a Database, for it cannot run in a
    transaction.
    """
    with database.read() as connection:
        if count_embeddings(connection, model, most=INDEX_FROM) < INDEX_FROM:
            return False
        present = [known for known in IndexKind if _is_index_valid(connection, _index_name(known, model))]
        if kind in present or (kind is None and present):
            return False
        rows = count_embeddings(connection, model, most=10**9)
    wanted = kind or IndexKind.HNSW
    name = _index_name(wanted, model)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Whoever comes second waits here and then finds the index made.
        connection.execute(sa.select(sa.func.pg_advisory_lock(_INDEX_LOCK, model.model_id)))
        try:
            if _is_index_valid(connection, name):
                return False
            connection.execute(sa.text(f"drop index concurrently if exists {name}"))
            connection.execute(
                sa.text(
                    f"create index concurrently {name} on document_embeddings"
                    f" using {wanted} ((embedding::vector({model.dimensions})) vector_cosine_ops)"
                    f" {f'with (lists = {ivfflat_lists(rows)})' if wanted is IndexKind.IVFFLAT else ''}"
                    f" where model_id = {model.model_id}"
                )
            )
            for other in present:
                connection.execute(sa.text(f"drop index concurrently if exists {_index_name(other, model)}"))
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_INDEX_LOCK, model.model_id)))
    return True


def ivfflat_lists(rows: int) -> int:
    """How many lists pgvector's manual advises: rows / 1000 up to a million, their root beyond; never fewer than 100."""
    return max(100, ceil(rows / 1000) if rows <= 1_000_000 else ceil(sqrt(rows)))


def _index_name(kind: IndexKind, model: EmbeddingModel) -> str:
    return f"ix_document_embeddings_{kind}_{model.model_id}"


def _is_index_valid(connection: sa.Connection, name: str) -> bool:
    return bool(
        connection.scalar(sa.text("select indisvalid from pg_index where indexrelid = to_regclass(:name)"), {"name": name})
    )


def search_vectors(
    connection: sa.Connection, model: EmbeddingModel, vector: npt.NDArray[np.float32], where: PassageFilter, limit: int
) -> list[int]:
    """Passage ids by cosine similarity to `vector`, nearest first; at most `limit`. A zero vector finds nothing.

    Exact while no more than `INDEX_FROM` passages pass the filter; beyond, the model's index is walked until
    `limit` of them do.
    Equal distances: newest filing first, then lower id.
    """
    if not np.any(vector):
        return []
    clauses = filter_clauses(where)
    is_exact = count_expected(connection, where) <= INDEX_FROM
    if not is_exact:
        # The walk looks at as many candidates as it is to return, and goes on in order of distance (pgvector 0.8).
        connection.execute(sa.text(f"set local hnsw.ef_search = {min(max(limit, 40), 1000)}"))
        connection.execute(sa.text("set local hnsw.iterative_scan = strict_order"))
        # A tenth of a hundred lists (pgvector advises their root), more until the limit is met.
        connection.execute(sa.text("set local ivfflat.probes = 10"))
        connection.execute(sa.text("set local ivfflat.iterative_scan = relaxed_order"))
    sought = sa.cast(sa.literal(Vector(vector).to_text()), VECTOR(model.dimensions))
    stored: sa.ColumnElement[Any] = sa.literal_column(f"document_embeddings.embedding::vector({model.dimensions})")
    distance: sa.ColumnElement[float] = stored.op("<=>", return_type=sa.Float())(sought)
    ranked = (
        sa.select(document_embeddings.c.passage_id, distance.label("distance"))
        .where(document_embeddings.c.model_id == sa.literal_column(str(model.model_id)))
        # Adding nothing keeps the planner from the index, whose walk could end before it met the few that pass.
        .order_by(distance + 0 if is_exact else distance)
        .limit(limit)
    )
    if clauses:
        ranked = ranked.join(passages, passages.c.passage_id == document_embeddings.c.passage_id).where(*clauses)
    nearest = ranked.subquery()
    rows = connection.execute(
        sa.select(nearest.c.passage_id)
        .join(passages, passages.c.passage_id == nearest.c.passage_id)
        # A passage without a known word has a zero vector, whose distance is NaN.
        .where(nearest.c.distance <= 2)
        .order_by(nearest.c.distance, passages.c.filed_on.desc().nulls_last(), passages.c.passage_id)
    )
    return list(rows.scalars())
