"""Vectors of passages, several models side by side, each with an index of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from pgvector import Vector
from pgvector.psycopg import register_vector
from sqlalchemy.dialects import postgresql as pg

from db.passages import filter_clauses
from db.tables import document_embeddings, embedding_models, passages
from workbench.domain.passages import PassageFilter


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A model as the database knows it."""

    model_id: int
    model: str
    dimensions: int


def find_model(connection: sa.Connection, model: str) -> EmbeddingModel | None:
    """The model of this name, or None before its first vector."""
    row = connection.execute(sa.select(embedding_models).where(embedding_models.c.model == model)).one_or_none()
    return EmbeddingModel(row.model_id, row.model, row.dimensions) if row else None


def save_model(connection: sa.Connection, model: str, dimensions: int) -> EmbeddingModel:
    """The model of this name, added when it is new."""
    connection.execute(pg.insert(embedding_models).values(model=model, dimensions=dimensions).on_conflict_do_nothing())
    found = find_model(connection, model)
    assert found is not None  # noqa: S101  # nosec B101  just inserted
    return found


def missing_embeddings(connection: sa.Connection, model: EmbeddingModel, *, after: int, limit: int) -> list[tuple[int, str]]:
    """Passages (id, text) that have no vector of the model, with an id above `after`, by id; at most `limit`."""
    known = (
        sa.select(sa.literal(1))
        .where(document_embeddings.c.passage_id == passages.c.passage_id, document_embeddings.c.model_id == model.model_id)
        .exists()
    )
    rows = connection.execute(
        sa.select(passages.c.passage_id, passages.c.text)
        .where(passages.c.passage_id > after, ~known)
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


def search_vectors(
    connection: sa.Connection, model: EmbeddingModel, vector: npt.NDArray[np.float32], where: PassageFilter, limit: int
) -> list[int]:
    """Passage ids by cosine similarity to `vector`, nearest first; at most `limit`. A zero vector finds nothing.

    With companies given the comparison is exact; else it walks the model's index until `limit` passages pass the
    filter. Equal distances: newest filing first, then lower id.
    """
    if not np.any(vector):
        return []
    distance = sa.literal_column(f"e.embedding::vector({model.dimensions})").op("<=>", return_type=sa.Float)(
        sa.cast(sa.literal(Vector(vector).to_text()), _vector(model))
    )
    e = document_embeddings.alias("e")
    rows = connection.execute(
        sa.select(passages.c.passage_id)
        .join(e, e.c.passage_id == passages.c.passage_id)
        .where(e.c.model_id == sa.literal_column(str(model.model_id)), *filter_clauses(where))
        .order_by(distance)
        .limit(limit)
    )
    return list(rows.scalars())


def _vector(model: EmbeddingModel) -> sa.types.TypeEngine[object]:
    from pgvector.sqlalchemy import Vector as Column

    return Column(model.dimensions)
