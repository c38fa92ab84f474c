"""The first start: loads the starter data in parallel, then prepares search and earlier days; says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from db.operations.starter import unprepared
from db.screens.company_metrics import stale_companies
from flows.fan_out import fan_out
from flows.jobs import figures_and_values
from flows.worker_tasks import worker_database
from workbench.domain.identity import Cik
from workbench.domain.operations.first_start import FirstStart, Stage
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.archive import load, store
from workbench.ingest.filings.changes import report_changes
from workbench.ingest.search.passages import report_embedding
from workbench.ingest.starter.load import KIND, load_company_facts, load_prices, packaged_file, prepare_company
from workbench.ingest.starter.sample import load_sample
from workbench.ingest.unit_of_work import quarantine
from workbench.parse.starter import largest_first
from workbench.runtime import Workbench
from workbench.runtime.components import object_store
from workbench.settings import Settings

Step = FirstStart | IngestReport
OnProgress = Callable[[FirstStart], None]


@dataclass(frozen=True, slots=True)
class StarterPart:
    """The facts of one company of the archived starter file with this hash, or the sample prices if `cik` is None."""

    sha256: str
    cik: Cik | None = None

    def __str__(self) -> str:
        return f"starter data of CIK {self.cik}" if self.cik else "sample prices"


def load_starter_part(settings: Settings, part: StarterPart) -> list[IngestReport]:
    """Loads the company's facts or the sample prices; returns the reports."""
    database = worker_database(settings)
    if part.cik is None:
        return [load_prices(database)]
    content = load(object_store(settings), part.sha256)
    return list(load_company_facts(database, content, part.sha256, part.cik))


def prepare_starter_part(settings: Settings, cik: Cik) -> list[IngestReport]:
    """Prepares a company's statements and passages; returns the reports."""
    return [prepare_company(worker_database(settings), object_store(settings), cik)]


def first_start(
    wb: Workbench, on_progress: OnProgress, *, is_stopped: Callable[[], bool] = lambda: False
) -> list[IngestReport]:
    """Fills an empty database with the starter data and everything computed from it; returns the reports of failures.

    The stages run one after another: companies, search, history. The first does only what the first pages need, so that
    they show figures soon; what is stored ahead for later questions follows. `on_progress` is called in the caller's thread;
    `is_stopped` ends the work early, after the current step. The next start loads and prepares companies that an interrupted
    one left out; the scheduled jobs compute their figures and vectors.
    """
    troubles: list[IngestReport] = []
    for stage in (_companies, _search, _history):
        for step in stage(wb, is_stopped):
            if isinstance(step, FirstStart):
                on_progress(step)
            elif step.outcome in ("quarantined", "failed"):
                troubles.append(step)
            if is_stopped():
                return troubles
    return troubles


def _companies(wb: Workbench, _: Callable[[], bool]) -> Iterator[Step]:
    sha256 = store(wb.objects, content := packaged_file())
    ciks = largest_first(content)
    at = partial(FirstStart, Stage.COMPANIES, total=len(ciks))
    yield at(done=0)
    # Largest first and the short load of prices last, so that all cores are busy until the end.
    parts = [StarterPart(sha256, cik) for cik in (*ciks, None)]
    done = 0
    for part in fan_out(load_starter_part, parts, wb.settings):
        yield from [quarantine(wb.database, KIND, str(part.item), part.error)] if part.error else part.result or []
        done += part.item.cik is not None
        yield at(done=done)


def _search(wb: Workbench, is_stopped: Callable[[], bool]) -> Iterator[Step]:
    with wb.database.read() as connection:
        waiting = set(unprepared(connection))
    at = partial(FirstStart, Stage.SEARCH, total=len(waiting))
    yield at(done=0)
    ciks = [cik for cik in largest_first(packaged_file()) if cik in waiting]
    with ThreadPoolExecutor(1, thread_name_prefix="sample") as beside:  # waits for the database most of the time
        sample = beside.submit(lambda: list(load_sample(wb.database, wb.objects, wb.notifier, wb.now())))
        for done, part in enumerate(fan_out(prepare_starter_part, ciks, wb.settings), 1):
            yield from [quarantine(wb.database, KIND, str(part.item), part.error)] if part.error else part.result or []
            yield at(done=done)
        yield from sample.result()
    yield report_embedding(wb.database, wb.embedder, is_stopped=is_stopped, is_idle_recorded=False)


def _history(wb: Workbench, _: Callable[[], bool]) -> Iterator[Step]:
    with wb.database.read() as connection:
        total = len(stale_companies(connection))
    at = partial(FirstStart, Stage.HISTORY, total=total)
    yield at(done=0)
    for number, report in enumerate(figures_and_values(wb, first=largest_first(packaged_file())), 1):
        yield report
        yield at(done=min(number, total))  # values at new closes come after the companies
    yield from report_changes(wb.database, wb.objects)
