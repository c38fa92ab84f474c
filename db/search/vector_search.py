"""Passages by their vectors: exactly while few are to be compared, by the model's index among many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pgvector import Vector
from pgvector.sqlalchemy import HALFVEC, VECTOR

from db.search import vector_index
from db.search.embeddings import EmbeddingModel
from db.search.passages import count_expected, filter_clauses
from db.tables import document_embeddings, passages
from workbench.domain.filings.passages import PassageFilter

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def search_vectors(
    connection: sa.Connection, model: EmbeddingModel, vector: npt.NDArray[np.float32], where: PassageFilter, limit: int
) -> list[int]:
    """Passage ids by cosine similarity to `vector`, nearest first; at most `limit`. A zero vector finds nothing.

    Exact while no more than `vector_index.INDEX_FROM` passages pass the filter, or the model has no index; beyond, its
    index is walked until `limit` of them do. Exact under an `as_of`, too: what an index finds moves with later filings.
    Equal distances: newest filing first, then lower id.
    """
    if not vector.any():
        return []
    clauses = filter_clauses(where)
    index = None
    if where.as_of is None and count_expected(connection, where) > vector_index.INDEX_FROM:
        index = vector_index.find_index(connection, model.model_id)
    if index is None:
        # Adding nothing keeps the planner from an index, whose walk could end before it met the few that pass.
        distance = _distance(VECTOR(model.dimensions), "vector", vector) + 0
    else:
        vector_index.prepare(connection, index, limit)
        distance = _distance(HALFVEC(model.dimensions), "halfvec", vector)
    ranked = (
        sa.select(document_embeddings.c.passage_id, distance.label("distance"))
        .where(document_embeddings.c.model_id == sa.literal_column(str(model.model_id)))
        .order_by(distance)
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


def _distance(kind: VECTOR | HALFVEC, name: str, vector: npt.NDArray[np.float32]) -> sa.ColumnElement[float]:
    sought = sa.cast(sa.literal(Vector(vector).to_text()), kind)
    stored: sa.ColumnElement[Any] = sa.literal_column(f"document_embeddings.embedding::{name}({kind.dim})")
    return stored.op("<=>", return_type=sa.Float())(sought)
