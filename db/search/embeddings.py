"""Vectors of passages, several models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from pgvector import Vector
from pgvector.psycopg import register_vector
from sqlalchemy.dialects import postgresql as pg

from db.tables import document_embeddings, embedding_models, filing_vectors, passages

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A model as the database knows it; `is_complete` once every passage had its vector, and ever after."""

    model_id: int
    model: str
    dimensions: int
    is_complete: bool = False


_MODEL = sa.select(embedding_models).where(embedding_models.c.model == sa.bindparam("name"))


def find_model(connection: sa.Connection, model: str) -> EmbeddingModel | None:
    """The model of this name, or None before its first vector."""
    row = connection.execute(_MODEL, {"name": model}).one_or_none()
    return EmbeddingModel(row.model_id, row.model, row.dimensions, row.completed_at is not None) if row else None


def save_model(connection: sa.Connection, model: str, dimensions: int) -> EmbeddingModel:
    """The model of this name, added when it is new."""
    connection.execute(pg.insert(embedding_models).values(model=model, dimensions=dimensions).on_conflict_do_nothing())
    embedding_model = find_model(connection, model)
    assert embedding_model is not None  # noqa: S101  # just inserted  # nosec B101
    return embedding_model


def mark_complete(connection: sa.Connection, model: EmbeddingModel) -> None:
    """Notes that every passage has its vector of the model; the first time counts, and only once there are passages."""
    if not count_embeddings(connection, model, most=1):
        return
    connection.execute(
        sa.update(embedding_models)
        .where(embedding_models.c.model_id == model.model_id, embedding_models.c.completed_at.is_(None))
        .values(completed_at=sa.func.now())
    )


def is_behind(connection: sa.Connection, model: EmbeddingModel, as_of: date | None = None) -> bool:
    """Whether the newest passage (filed by `as_of`) lacks its vector: filings came in, and embedding has not caught up."""
    filed = [passages.c.filed_on <= as_of] if as_of else []
    newest = sa.select(sa.func.max(passages.c.passage_id)).where(*filed).scalar_subquery()
    result = sa.select(document_embeddings.c.passage_id).where(
        document_embeddings.c.passage_id == newest, document_embeddings.c.model_id == model.model_id
    )
    return not connection.scalar(sa.select(result.exists()))


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
    """Passages (id, text) that have no vector of the model, with an id above `after`, by id; at most `limit`.

    The text of a passage that begins within a table has the table's title and head before it.
    """
    text = sa.func.concat_ws("\n", passages.c.context, passages.c.text).label("text")
    rows = connection.execute(
        sa.select(passages.c.passage_id, text)
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
    assert driver is not None  # noqa: S101  # open for as long as SQLAlchemy's connection is  # nosec B101
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
