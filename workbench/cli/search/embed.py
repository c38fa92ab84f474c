"""`workbench embed`: vectors of passages that have none."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from db.search import embeddings, vector_index
from workbench import runtime
from workbench.cli.console import counted, say
from workbench.cli.progress import progress
from workbench.ingest.search.passages import embed_missing
from workbench.runtime import components
from workbench.settings import Settings

# One transaction each, some seconds of work of a slow model.
_BATCH, _FAST_BATCH = 64, 1000


def embed(
    threads: Annotated[int | None, typer.Option(min=1, help="CPU cores to use.", show_default="all")] = None,
) -> None:
    """Compute the vectors of passages that have none.

    First those of the fast model, then those of the better one, which search uses once it is complete. It can be
    interrupted and repeated; `workbench up` does the same in the background, on one core.
    """
    settings = Settings.load()
    index = vector_index.IndexKind(settings.embeddings.index)
    if_stopped = "vectors computed so far are saved; run the command again to continue"
    with runtime.open_workbench(settings) as workbench, progress(if_stopped=if_stopped) as shown:
        better = components.better_embedder(settings, threads=threads or os.cpu_count() or 1)
        for model in filter(None, (workbench.embedder, better)):
            with workbench.database.write() as connection:
                known = embeddings.save_model(connection, model.model, model.dimensions)
                missing = embeddings.count_missing(connection, known)
            size = _FAST_BATCH if model is workbench.embedder else _BATCH
            count = shown.counter(f"{model.model} vectors", missing)
            saved = embed_missing(workbench.database, model, progress=count, index=index, batch_size=size)
            say(f"{model.model}: {counted(saved, 'new vector')}; complete")
