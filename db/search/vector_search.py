"""Passages by their vectors: exactly while few are to be compared, by the model's index among many."""

from __future__ import annotations

from functools import lru_cache
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


def search_vectors(  # noqa: PLR0917
    connection: sa.Connection,
    model: EmbeddingModel,
    vector: npt.NDArray[np.float32],
    where: PassageFilter,
    limit: int,
    in_all: int | None = None,
) -> list[int]:
    """Passage ids by cosine similarity to `vector`, nearest first; at most `limit`. A zero vector finds nothing.

    Exact while no more than `vector_index.INDEX_FROM` passages pass the filter, or the model has no index; beyond, its
    index is walked until `limit` of them do. Exact under an `as_of`, too: what an index finds moves with later filings.
    Equal distances: newest filing first, then lower id. `in_all` is `count_expected` of the filter, if the caller has it.
    """
    if not vector.any():
        return []
    index = None
    if where.as_of is None:
        in_all = count_expected(connection, where) if in_all is None else in_all
        if in_all > vector_index.INDEX_FROM:
            index = vector_index.find_index(connection, model.model_id)
    if index is not None:
        vector_index.prepare(connection, index, limit)
    nearest = _nearest(model, where, limit, has_index=index is not None)
    return list(connection.scalars(nearest, {"sought": Vector(vector).to_text()}).all())


@lru_cache(maxsize=256)
def _nearest(model: EmbeddingModel, where: PassageFilter, limit: int, *, has_index: bool) -> sa.Select[Any]:
    """The statement, made once for each filter, since making it takes longer than sending it; `sought` is the vector."""
    if has_index:
        distance = _distance(HALFVEC(model.dimensions), "halfvec")
    else:
        # Adding nothing keeps the planner from an index, whose walk could end before it met the few that pass.
        distance = _distance(VECTOR(model.dimensions), "vector") + 0
    ranked = (
        sa.select(document_embeddings.c.passage_id, distance.label("distance"))
        .where(document_embeddings.c.model_id == sa.literal_column(str(model.model_id)))
        .order_by(distance)
        .limit(limit)
    )
    if clauses := filter_clauses(where):
        ranked = ranked.join(passages, passages.c.passage_id == document_embeddings.c.passage_id).where(*clauses)
    nearest = ranked.subquery()
    return (
        sa.select(nearest.c.passage_id)
        .join(passages, passages.c.passage_id == nearest.c.passage_id)
        # A passage without a known word has a zero vector, whose distance is NaN.
        .where(nearest.c.distance <= 2)
        .order_by(nearest.c.distance, passages.c.filed_on.desc().nulls_last(), passages.c.passage_id)
    )


def _distance(kind: VECTOR | HALFVEC, name: str) -> sa.ColumnElement[float]:
    sought = sa.cast(sa.bindparam("sought", type_=sa.Text()), kind)
    stored: sa.ColumnElement[Any] = sa.literal_column(f"document_embeddings.embedding::{name}({kind.dim})")
    return stored.op("<=>", return_type=sa.Float())(sought)
