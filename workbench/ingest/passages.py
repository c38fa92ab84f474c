"""Giving passages their vectors, behind whatever saved them: idempotent, in batches, and free to be interrupted."""

from __future__ import annotations

from collections.abc import Callable

from db import embeddings, passages
from db.engine import Database
from workbench.ports import Embedder

# One transaction each: small enough that an interrupt loses less than a second of work.
_BATCH = 1000


def embed_missing(database: Database, embedder: Embedder, *, progress: Callable[[int], None] | None = None) -> int:
    """Embeds every passage that has no vector of this model yet and returns how many vectors were saved.

    At the end it sees to the model's index and to the word statistics that ranking goes by. `progress` is told the number of
    new vectors after each batch. Safe to repeat, to interrupt, and to run in several
    processes at once.
    """
    with database.write() as connection:
        model = embeddings.save_model(connection, embedder.model, embedder.dimensions)
    saved, last = 0, 0
    while True:
        with database.read() as connection:
            batch = embeddings.missing_embeddings(connection, model, after=last, limit=_BATCH)
        if not batch:
            break
        vectors = embedder.embed([text for _, text in batch])
        with database.write() as connection:
            new = embeddings.save_embeddings(connection, model, [passage_id for passage_id, _ in batch], vectors)
        saved, last = saved + new, batch[-1][0]
        if progress:
            progress(new)
    embeddings.build_index(database, model)
    if saved:
        passages.refresh_statistics(database)
    return saved
