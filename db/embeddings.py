"""Vectors of passages, several models side by side, each with an index of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from db.tables import document_embeddings, embedding_models, passages
from workbench.domain.passages import PassageFilter

# Comparing each of so many 256-dimensional vectors takes 20 to 50 ms, and is exact; an index pays beyond.
INDEX_FROM = 10_000
# Any fixed number will do: the namespace of the locks held while a model's index is built.
_INDEX_LOCK = 730_122


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


def count_embeddings(connection: sa.Connection, model: EmbeddingModel, *, most: int) -> int:
    """How many vectors of the model there are, counted no further than `most`."""
    some = (
        sa.select(sa.literal(1))
        .select_from(document_embeddings)
        .where(document_embeddings.c.model_id == model.model_id)
        .limit(most)
    )
    return connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def build_index(database: Database, model: EmbeddingModel) -> bool:
    """Makes the model's index where it has `INDEX_FROM` vectors and none yet; True when it was made.

    Searches and writes go on meanwhile; a build that was interrupted earlier is begun again. Takes a Database, for it cannot
    run in a transaction.
    """
    name = f"ix_document_embeddings_hnsw_{model.model_id}"
    with database.read() as connection:
        if count_embeddings(connection, model, most=INDEX_FROM) < INDEX_FROM or _is_index_valid(connection, name):
            return False
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
                    f" using hnsw ((embedding::vector({model.dimensions})) vector_cosine_ops)"
                    f" where model_id = {model.model_id}"
                )
            )
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_INDEX_LOCK, model.model_id)))
    return True


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
