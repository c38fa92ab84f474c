"""`workbench embed`: vectors for passages that have none."""

from __future__ import annotations

import os
from functools import partial
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from workbench.cli.console import console, error_console
from workbench.cli.main import app

# One transaction each, some seconds of work of a slow model.
_BATCH = 64


@app.command()
def embed(
    threads: Annotated[int | None, typer.Option(min=1, help="Cores to keep busy; all of them when not given.")] = None,
) -> None:
    """Give every passage its vectors: of the fast model, then of the better one, which searches take once it is complete.

    May be stopped and begun again; `workbench up` does the same in the background, on one core.
    """
    from db.search import embeddings, vector_index
    from workbench.ingest.search.passages import embed_missing
    from workbench.runtime import better_embedder, open_workbench
    from workbench.settings import Settings

    settings = Settings.load()
    index = vector_index.IndexKind(settings.embeddings.index)
    with open_workbench(settings) as workbench:
        for model in filter(None, (workbench.embedder, better_embedder(settings, threads=threads or os.cpu_count() or 1))):
            with workbench.database.write() as connection:
                known = embeddings.save_model(connection, model.model, model.dimensions)
                missing = embeddings.count_missing(connection, known)
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            with Progress(*columns, console=error_console, transient=True) as bar:
                task = bar.add_task(model.model, total=missing)
                size = _BATCH if model is not workbench.embedder else 1000
                saved = embed_missing(
                    workbench.database,
                    model,
                    progress=partial(bar.advance, task),
                    index=index,
                    batch_size=size,
                )
            console.print(f"{model.model}: {saved:,} new vectors; complete", highlight=False)
