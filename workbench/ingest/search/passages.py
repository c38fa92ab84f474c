"""Embeds passages after they are saved: idempotent, in batches, and safe to interrupt."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence

from db.engine import Database
from db.operations.failed_units import is_units_own, list_failed
from db.search import embeddings, passages, similarity, vector_index
from db.search.embeddings import EmbeddingModel
from db.search.vector_index import IndexKind
from workbench.domain.errors import SourceUnavailable, WorkbenchError
from workbench.domain.operations.failed_units import FailedUnit
from workbench.ingest.unit_of_work import IngestReport, Tally, run
from workbench.ports import Embedder

KIND = "passage"

# One transaction per batch: an interrupt loses less than a second of work.
_BATCH = 1000
# For a model that takes 0.1 s per passage: it stops within seconds.
SHORT_BATCH = 16
_LOOK_AGAIN_SECONDS = 30.0


def embed_missing(
    database: Database,
    embedder: Embedder,
    *,
    progress: Callable[[int], None] | None = None,
    index: IndexKind | None = None,
    batch_size: int = _BATCH,
    is_stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Embeds every passage without a vector of this model and returns the number of saved vectors.

    At the end it marks the model complete and refreshes its index, the mean vectors of filings, company similarity, and the
    word statistics for ranking. A passage that cannot be embedded is recorded and skipped; the rest of its batch is
    embedded. `progress` is called with the number of new vectors after each batch; `is_stopped` is checked before each and
    ends the work early. Safe to repeat, to interrupt, and to run in several processes at once.
    """
    with database.write() as connection:
        model = embeddings.save_model(connection, embedder.model, embedder.dimensions)
        failed = {each.unit: each for each in list_failed(connection, kinds=(KIND,), limit=None)}
    saved, last = 0, 0
    while not is_stopped():
        with database.read() as connection:
            batch = embeddings.missing_embeddings(connection, model, after=last, limit=batch_size)
        if not batch:
            break
        new = _embed_batch(database, embedder, model, batch, failed)
        saved, last = saved + new, batch[-1][0]
        if progress:
            progress(new)
    if is_stopped():
        return saved
    with database.write() as connection:
        embeddings.mark_complete(connection, model)
        embeddings.refresh_filing_vectors(connection, model)
        similarity.refresh_similarity(connection, model)
    vector_index.build_index(database, model, index)
    if saved:
        passages.refresh_statistics(database)
    return saved


def report_embedding(
    database: Database,
    embedder: Embedder,
    *,
    progress: Callable[[int], None] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
    is_idle_recorded: bool = True,
) -> IngestReport:
    """As `embed_missing`; returns a report with the number of new vectors, or the error."""

    def work(tally: Tally) -> None:
        tally.saved["vectors"] = embed_missing(database, embedder, progress=progress, is_stopped=is_stopped)

    return run(database, "vectors", embedder.model, work, is_idle_recorded=is_idle_recorded)


def _embed_batch(
    database: Database,
    embedder: Embedder,
    model: EmbeddingModel,
    batch: Sequence[tuple[int, str]],
    failed: Mapping[str, FailedUnit],
) -> int:
    """Saves the vectors of a batch and returns how many are new; a failing batch is embedded passage by passage.

    Passages that `failed` before are embedded alone, so that they do not fail a batch of others.
    """

    def save(part: Sequence[tuple[int, str]]) -> int:
        vectors = embedder.embed([text for _, text in part])
        with database.write() as connection:
            return embeddings.save_embeddings(connection, model, [passage_id for passage_id, _ in part], vectors)

    units = {passage: f"{embedder.model} passage {passage[0]}" for passage in batch}
    new, alone = 0, [passage for passage in batch if units[passage] in failed]
    if others := [passage for passage in batch if units[passage] not in failed]:
        try:
            new = save(others)
        except Exception as error:
            if not is_units_own(error):
                raise
            alone = list(batch)
    for passage in alone:

        def one(tally: Tally, passage: tuple[int, str] = passage) -> None:
            tally.saved["vectors"] = save([passage])

        version = hashlib.sha256(passage[1].encode()).hexdigest()
        done = run(database, KIND, units[passage], one, data_version=version, is_idle_recorded=False)
        new += done.saved.get("vectors", 0)
        if done.is_transient:
            raise SourceUnavailable(done.error or "the embedding endpoint does not answer")
    return new


def keep_embedding(
    database: Database,
    embedder: Embedder,
    stopped: threading.Event,
    *,
    index: IndexKind | None = None,
    every_seconds: float = _LOOK_AGAIN_SECONDS,
    after_look: Callable[[], None] = lambda: None,
) -> None:
    """Embeds passages without a vector, including new ones, until `stopped`; `after_look` is called each time all have one.

    A failure (the endpoint refuses, the database is unavailable) is logged and retried; searches work without the vectors.
    """
    while not stopped.is_set():
        try:
            embed_missing(database, embedder, index=index, batch_size=SHORT_BATCH, is_stopped=stopped.is_set)
        except WorkbenchError as error:
            logging.getLogger(__name__).warning("embedding by %s waits: %s", embedder.model, error)
        except Exception:
            logging.getLogger(__name__).exception("embedding by %s failed and will be retried", embedder.model)
        after_look()
        stopped.wait(every_seconds)
