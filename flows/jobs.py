"""The scheduled jobs: what each does, its schedule, parameters and time-out, in one table.

`workbench up` runs them with the built-in scheduler (`flows.scheduler`), Prefect with `flows.prefect_flow` (`prefect.yaml`); a
test compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import groupby, islice
from typing import TypeVar

from db.filings import filing_index as db_filings
from db.screens.company_metrics import stale_companies
from flows.fan_out import Done, fan_out
from flows.worker_tasks import (
    BulkPart,
    CompaniesPart,
    FilingPart,
    load_bulk_part,
    open_bulk,
    read_filings_part,
    refresh_metrics_part,
)
from workbench.adapters.dbt import find_dbt
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.identity import Cik
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.alerts.notices import look, send_due
from workbench.ingest.filings.changes import report_changes
from workbench.ingest.filings.current import ingest_new_filings
from workbench.ingest.filings.main_documents import parse_forms
from workbench.ingest.market.overviews import refresh_overviews
from workbench.ingest.operations.lake import export_day, forget_old_days
from workbench.ingest.operations.marts import build_marts
from workbench.ingest.operations.metrics import give_up_metrics, report_value_terms, report_values
from workbench.ingest.operations.retention import (
    archive_old_events,
    forget_old_responses,
    forget_old_runs,
    forget_old_sessions,
    shorten_audit_trail,
)
from workbench.ingest.refresh import refresh_facts, refresh_news, refresh_prices, refresh_submissions
from workbench.ingest.search.passages import report_embedding
from workbench.ingest.unit_of_work import quarantine
from workbench.ports import BulkName
from workbench.runtime import Workbench
from workbench.runtime.components import marts_builder
from workbench.runtime.sources import filing_source, news_source, overview_source, price_source
from workbench.settings import Settings

Reports = Iterator[IngestReport]
T = TypeVar("T")

# Companies per part: a few seconds of work, so that a dead worker loses little.
_COMPANIES_A_PART = 10
_FILINGS_A_PART = 5


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `cron` is in UTC, None for a job that only users start; `missing` names a setting that the job needs."""

    name: str
    about: str
    work: Callable[..., Reports]
    cron: str | None
    timeout_seconds: int
    parameters: Mapping[str, str | int | bool] = field(default_factory=dict)
    retries: int = 2
    retry_delay_seconds: int = 300
    missing: Callable[[Settings], str | None] = lambda _: None


def check_filings(wb: Workbench, *, forms: str, days: int) -> Reports:
    """Ingests new filings from the EDGAR feed and the daily indexes."""
    with filing_source(wb.settings) as source:
        yield from ingest_new_filings(wb.database, wb.objects, source, now=wb.now(), forms=parse_forms(forms), days=days)


def read_filings(wb: Workbench, *, forms: str, days: int) -> Reports:
    """Reads documents that are in the filing index but were not read, such as failed ones, in parallel."""
    since = wb.now().date() - timedelta(days=days)
    with wb.database.read() as connection:
        filings = db_filings.unread_filings(connection, parse_forms(forms), since)
    parts = (
        FilingPart(part)
        for _, own in groupby(filings, key=lambda filing: filing.cik)
        for part in _batched(own, _FILINGS_A_PART)
    )

    def give_up(part: FilingPart, error: Exception) -> IngestReport:
        return quarantine(wb.database, "filing", str(part), error)

    yield from _side_by_side(wb, read_filings_part, parts, give_up)


def load_bulk(wb: Workbench, *, archive: str, everyone: bool) -> Reports:
    """Loads the whole market from the SEC's nightly archives, in parallel."""
    for name in _bulk_names(archive):
        contents = open_bulk(wb.settings, name, is_all=everyone)
        parts = (BulkPart(name, part, everyone) for part in _batched(contents.ciks(), _COMPANIES_A_PART))
        yield from _side_by_side(wb, load_bulk_part, parts, partial(_give_up_bulk, wb))


def submissions(wb: Workbench) -> Reports:
    """Refreshes the submissions of every company."""
    with filing_source(wb.settings) as source:
        yield from refresh_submissions(wb.database, wb.objects, source)


def facts(wb: Workbench) -> Reports:
    """Refreshes the XBRL facts of every company."""
    with filing_source(wb.settings) as source:
        yield from refresh_facts(wb.database, wb.objects, source)


def prices(wb: Workbench) -> Reports:
    """Refreshes the daily prices of every listed company."""
    with price_source(wb.settings) as source:
        yield from refresh_prices(wb.database, wb.objects, source)


def overviews(wb: Workbench, *, days: int, most: int) -> Reports:
    """Refreshes the vendor's overviews of up to `most` listed companies not checked for `days` days."""
    with overview_source(wb.settings) as source:
        yield from refresh_overviews(wb.database, wb.objects, source, today=wb.now().date(), days=days, most=most)


def news(wb: Workbench, *, days: int) -> Reports:
    """Fetches the news of every listed company."""
    with news_source(wb.settings) as source:
        pages = wb.settings.news_api.pages
        yield from refresh_news(wb.database, wb.objects, source, today=wb.now().date(), days=days, pages=pages)


def embed(wb: Workbench) -> Reports:
    """Embeds new passages and refreshes the word statistics used for ranking."""
    yield report_embedding(wb.database, wb.embedder)


def metrics(wb: Workbench) -> Reports:
    """Computes what follows from new facts, texts and closes, the terms of valuation measures on earlier days last."""
    yield from figures_and_values(wb)
    yield from report_changes(wb.database, wb.objects)
    yield from report_value_terms(wb.database)


def figures_and_values(wb: Workbench, *, first: Sequence[Cik] = ()) -> Reports:
    """Computes figures and checks of companies whose facts have changed, in parallel, then values at new closes.

    Those of `first` come first, in that order.
    """
    with wb.database.read() as connection:
        stale = stale_companies(connection)
    places = {cik: place for place, cik in enumerate(first)}
    stale.sort(key=lambda cik: places.get(cik, len(places)))
    # A small number of companies is divided too, so that every worker has some.
    size = max(1, min(_COMPANIES_A_PART, len(stale) // 8))
    parts = (CompaniesPart(part) for part in _batched(stale, size))

    def give_up(part: CompaniesPart, error: Exception) -> IngestReport:
        return give_up_metrics(wb.database, part.ciks[0], error)

    yield from _side_by_side(wb, refresh_metrics_part, parts, give_up)
    yield from report_values(wb.database)


def export_lake(wb: Workbench) -> Reports:
    """Exports the daily snapshot of the lake."""
    failed: list[IngestReport] = []
    yield export_day(wb.database, wb.objects, wb.now().date(), on_failure=failed.append)
    yield from failed


def reports(wb: Workbench) -> Reports:
    """Runs the scheduled reports that are due, and sends what is due to their recipients."""
    from workbench.reports.deliveries import send_due  # import papermill, which only notebook runs need
    from workbench.reports.schedules import run_due

    yield from run_due(wb, wb.now())
    yield from send_due(wb, wb.now)


def marts(wb: Workbench) -> Reports:
    """Builds and tests the marts."""
    yield from build_marts(wb.database, wb.objects, marts_builder(wb.settings, wb.database))


def retention(wb: Workbench) -> Reports:
    """Deletes old run records, vendor responses, sessions and snapshots; if configured, old audit entries and events."""
    now, keep = wb.now(), wb.settings.flows
    yield forget_old_runs(wb.database, wb.objects, now=now, days=keep.keep_runs_days)
    yield forget_old_responses(wb.database, now=now, days=keep.keep_runs_days)
    yield forget_old_sessions(wb.database, now=now, days=keep.keep_runs_days)
    yield forget_old_days(wb.database, wb.objects, today=now.date(), days=keep.keep_snapshots_days)
    if keep.keep_audit_days is not None:
        yield shorten_audit_trail(wb.database, now=now, days=keep.keep_audit_days)
    if keep.keep_events_days is not None:
        yield archive_old_events(wb.database, wb.objects, today=now.date(), days=keep.keep_events_days)


def notices(wb: Workbench) -> Reports:
    """Checks alerts for new matches and sends the notifications that are due."""
    failed: list[IngestReport] = []
    yield look(wb.database, now=wb.now(), on_failure=failed.append)
    yield from failed
    yield from send_due(wb.database, wb.notifier, clock=wb.now, base=wb.settings.server.address)


P = TypeVar("P", BulkPart, FilingPart, CompaniesPart)


def _side_by_side(
    wb: Workbench,
    function: Callable[[Settings, P], list[IngestReport]],
    parts: Iterable[P],
    give_up: Callable[[P, Exception], IngestReport],
) -> Reports:
    """The reports of all units. A part that fails as a whole, such as when its workers die, is repeated unit by unit.

    `give_up` records a unit that fails again.
    """
    single_units: list[P] = []
    for done in fan_out(function, parts, wb.settings):
        if done.error is not None and len(done.item.apart()) > 1:
            single_units.extend(done.item.apart())
        else:
            yield from _reports_of(done, give_up)
    for done in fan_out(function, single_units, wb.settings) if single_units else ():
        yield from _reports_of(done, give_up)


def _reports_of(done: Done[P, list[IngestReport]], give_up: Callable[[P, Exception], IngestReport]) -> Iterable[IngestReport]:
    return [give_up(done.item, done.error)] if done.error is not None else done.result or []


def _give_up_bulk(wb: Workbench, part: BulkPart, error: Exception) -> IngestReport:
    return quarantine(wb.database, part.name, str(part), error)


def _contact(settings: Settings) -> str | None:
    is_asked = settings.edgar.url.lower().startswith(("http://", "https://"))
    return "WORKBENCH_CONTACT" if is_asked and not settings.contact else None


def _price_key(settings: Settings) -> str | None:
    return None if settings.alpha_vantage.api_key else "WORKBENCH_ALPHA_VANTAGE__API_KEY"


def _news_key(settings: Settings) -> str | None:
    return None if settings.news_api.api_key else "WORKBENCH_NEWS_API__API_KEY"


def _dbt(settings: Settings) -> str | None:
    return None if find_dbt(settings.marts.dbt) else "WORKBENCH_MARTS__DBT"


_FORMS = "10-K,10-Q,8-K"
_HOUR = 3600

METRICS = "metrics"

JOBS: tuple[Job, ...] = (
    Job("check-filings", "ingests new filings from the EDGAR feed and daily indexes", check_filings, "7 * * * *", _HOUR,
        {"forms": _FORMS, "days": 7}, missing=_contact),
    Job("read-filings", "reads documents of indexed filings that are missing", read_filings, "20 3 * * *", 6 * _HOUR,
        {"forms": _FORMS, "days": 14}, missing=_contact),
    Job("submissions", "refreshes company profiles and filing lists", submissions, "30 5 * * *", 6 * _HOUR, missing=_contact),
    Job("facts", "refreshes the XBRL facts of all companies", facts, "0 7 * * 6", 12 * _HOUR, missing=_contact),
    Job("prices", "refreshes daily prices of listed companies", prices, "15 22 * * 1-5", 8 * _HOUR,
        retries=1, retry_delay_seconds=_HOUR, missing=_price_key),
    Job("overviews", "refreshes sector, shares and dividends of companies", overviews, "30 23 * * 1-5",
        4 * _HOUR, {"days": 30, "most": 300}, retries=0, missing=_price_key),
    Job("news", "fetches news of listed companies", news, "40 */6 * * *", 2 * _HOUR, {"days": 2},
        retries=1, retry_delay_seconds=_HOUR, missing=_news_key),
    Job("embed", "embeds new passages for vector search", embed, "50 * * * *", 6 * _HOUR),
    Job(METRICS, "computes figures, checks and valuations from new facts and prices", metrics, "35 * * * *", 6 * _HOUR),
    Job("notices", "checks alerts and sends notifications", notices, "*/15 * * * *", _HOUR, retries=0),
    Job("lake-export", "exports the daily snapshot of the lake", export_lake, "15 1 * * *", 8 * _HOUR),
    Job("marts", "builds and tests the reporting tables with dbt", marts, "45 2 * * *", 2 * _HOUR, missing=_dbt),
    Job("reports", "runs and sends scheduled reports that are due", reports, "5 * * * *", 6 * _HOUR),
    Job("retention", "deletes old run records and old daily snapshots", retention, "45 4 * * *", _HOUR),
    Job("load-bulk", "loads the market from the SEC's nightly archives", load_bulk, None, 72 * _HOUR,
        {"archive": "both", "everyone": False}, missing=_contact),
)  # fmt: skip


def find_job(name: str) -> Job:
    """The job of this name; raises NotFound, which lists the jobs."""
    for job in JOBS:
        if job.name == name:
            return job
    raise NotFound(f"there is no job {name!r}", hint=f"use one of {', '.join(job.name for job in JOBS)}")


def parse_parameters(job: Job, texts: list[str]) -> dict[str, str | int | bool]:
    """The job's parameters from `name=value` texts, each with the type of its default; raises InvalidRequest."""
    values = dict(job.parameters)
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or name not in values:
            known = ", ".join(f"{key}={default}" for key, default in job.parameters.items()) or "none"
            raise InvalidRequest(f"{text!r} is not a parameter of {job.name}", hint=f"its parameters: {known}")
        values[name] = _typed(job, name, value)
    return values


def _typed(job: Job, name: str, value: str) -> str | int | bool:
    default = job.parameters[name]
    if isinstance(default, bool):
        if value.lower() not in ("true", "false"):
            raise InvalidRequest(f"{name} of {job.name} must be true or false, not {value!r}")
        return value.lower() == "true"
    if isinstance(default, int):
        if not value.isascii() or not value.isdigit():
            raise InvalidRequest(f"{name} of {job.name} must be a number, not {value!r}")
        return int(value)
    return value


def _bulk_names(archive: str) -> tuple[BulkName, ...]:
    chosen: dict[str, tuple[BulkName, ...]] = {
        "both": ("submissions", "companyfacts"), "submissions": ("submissions",), "companyfacts": ("companyfacts",),
    }  # fmt: skip
    if archive not in chosen:
        raise InvalidRequest(f"there is no archive {archive!r}", hint="use submissions, companyfacts or both")
    return chosen[archive]


def _batched(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    rest = iter(items)
    while part := tuple(islice(rest, size)):
        yield part
