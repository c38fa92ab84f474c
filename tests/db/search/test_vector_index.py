"""Indexes of vectors by kind: either finds what comparing each vector finds, and one takes the other's place."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa

from db.engine import Database
from db.search import embeddings, vector_index, vector_search
from db.search.vector_index import IndexKind
from workbench.domain.filings.passages import PassageFilter


def test_either_index_takes_the_others_place(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_index, "INDEX_FROM", 300)
    vectors = np.random.default_rng(3).normal(size=(400, 8)).astype(np.float32)
    with database.write() as connection:
        connection.execute(
            sa.text(
                "insert into documents (origin, name, sha256, text_sha256, extractor, chars)"
                " values ('composed', 'one', '', '', 'none/1', 1)"
            )
        )
        connection.execute(
            sa.text(
                "insert into passages (document_id, ordinal, start_char, end_char, text)"
                " select document_id, n, n, n + 1, 'passage' from documents, generate_series(1, 400) n"
            )
        )
        ids = list(connection.scalars(sa.text("select passage_id from passages order by 1")))
        model = embeddings.save_model(connection, "eight", 8)
        embeddings.save_embeddings(connection, model, ids, vectors)
    for kind in (IndexKind.IVFFLAT, IndexKind.HNSW, IndexKind.IVFFLAT):
        assert vector_index.build_index(database, model, kind)
        assert not vector_index.build_index(database, model, kind)
        assert not vector_index.build_index(database, model)
        with database.read() as connection:
            names = connection.scalars(
                sa.text("select indexname from pg_indexes where indexname like 'ix_document_embeddings_%'")
            ).all()
            found = vector_search.search_vectors(connection, model, vectors[7], PassageFilter(), 5)
        assert names == [f"ix_document_embeddings_half_{kind}_{model.model_id}"]
        assert found[0] == ids[7]


def test_lists_grow_with_the_rows() -> None:
    assert [vector_index.ivfflat_lists(rows) for rows in (0, 100_000, 250_000, 1_000_000, 4_000_000)] == [
        100, 100, 250, 1000, 2000,
    ]  # fmt: skip
