"""What `workbench up` does beside answering: fills a new workbench, then runs what is due and makes vectors."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from workbench.cli.console import console, error_console

if TYPE_CHECKING:
    from workbench.domain.operations.first_start import FirstStart
    from workbench.runtime import Workbench


@contextmanager
def background(workbench: Workbench, *, starter: bool, when_filled: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Works in a thread for as long as the block runs, first on the starter data when it is wanted and the database empty.

    `when_filled` is called once a first start is over. What is at hand when the block ends is awaited. An error of the work
    interrupts the block, and is raised in its place.
    """
    from workbench.domain.operations.first_start import FirstStart, Stage
    from workbench.ingest.starter import is_empty

    stopped, errors = threading.Event(), list[BaseException]()
    if starter and is_empty(workbench.database):
        workbench.filling = FirstStart(Stage.COMPANIES)

    def work() -> None:
        try:
            _work(workbench, stopped, when_filled)
        except KeyboardInterrupt:  # a Ctrl-C at the terminal reaches the processes that work as well as this one
            pass
        except BaseException as error:  # noqa: BLE001  raised again in the caller's thread
            errors.append(error)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=work, name="background")
    thread.start()
    try:
        yield
    except KeyboardInterrupt:
        if not errors:
            raise
    finally:
        stopped.set()
        thread.join()
    if errors:
        raise errors[0]


def tell_contents(workbench: Workbench) -> None:
    """Prints what there is in the database, and what to do with it."""
    from db.companies import search_companies
    from db.operations.inventory import inventory

    with workbench.database.read() as connection:
        here = inventory(connection)
        some = search_companies(connection, None, 1)
    console.print(
        f"  {here.companies:,} companies, {here.filings:,} filings, {here.facts:,} facts, {here.passages:,} passages, "
        f"{here.daily_bars:,} daily prices in {escape(str(workbench.settings.home))}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    then = f"workbench statement {some[0].ticker or some[0].cik} income" if some else "workbench ingest AAPL"
    console.print(f"  Next, in another terminal: [bold]{then}[/bold]\n", highlight=False)


def _work(workbench: Workbench, stopped: threading.Event, when_filled: Callable[[], None]) -> None:
    from workbench.ingest.search.passages import report_embedding

    if workbench.filling is None:
        report_embedding(workbench.database, workbench.embedder, is_stopped=stopped.is_set, is_idle_recorded=False)
    else:
        _fill(workbench, stopped)
        if not stopped.is_set():
            when_filled()
            tell_contents(workbench)
    if not stopped.is_set():
        with _schedules(workbench):
            _keep_embedding(workbench, stopped)
            stopped.wait()


def _fill(workbench: Workbench, stopped: threading.Event) -> None:
    from flows.first_start import first_start

    with _progress() as show:

        def told(step: FirstStart) -> None:
            workbench.filling = step
            show(step)

        troubles = first_start(workbench, told, is_stopped=stopped.is_set)
        if not stopped.is_set():
            show(None)
    workbench.filling = None
    for trouble in troubles:
        error_console.print(f"workbench: {trouble.subject}: {trouble.error}", markup=False, highlight=False)


@contextmanager
def _progress() -> Iterator[Callable[[FirstStart | None], None]]:
    """A bar on standard error for the stage at hand, above it a line for each that is complete; None says that all are."""
    from workbench.domain.operations.first_start import Stage

    ready = {
        Stage.COMPANIES: "companies are here, with statements, filings and prices",
        Stage.SEARCH: "search finds their figures",
        Stage.SCREENS: "screens, comparisons and latest figures are ready",
    }
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    began, at = time.monotonic(), Stage.COMPANIES
    with Progress(*columns, console=error_console, transient=True) as bar:
        task = bar.add_task(at.value, total=None)

        def show(step: FirstStart | None) -> None:
            nonlocal at
            if step is None or step.stage is not at:
                bar.console.print(f"  {time.monotonic() - began:3.0f} s: {ready[at]}", highlight=False)
            if step is not None:
                at = step.stage
                bar.update(task, description=at.value, completed=step.done, total=step.total or None)

        yield show


@contextmanager
def _schedules(workbench: Workbench) -> Iterator[None]:
    """While the block lasts, what is due is run, unless the settings leave that to others."""
    if not workbench.settings.flows.enabled:
        yield
        return
    from workbench.cli.operations.flows import start_scheduler

    scheduler, process = start_scheduler(workbench)
    try:
        yield
    finally:
        process.close()
        scheduler.stop()


def _keep_embedding(workbench: Workbench, stopped: threading.Event) -> None:
    """The better model's vectors are made in the background, on one core, until `stopped`."""
    from db.search.vector_index import IndexKind
    from workbench.ingest.search.passages import keep_embedding

    if (model := workbench.better_embedder) is not None:
        keep_embedding(workbench.database, model, stopped, index=IndexKind(workbench.settings.embeddings.index))
