"""Ingests a company: its profile, filing index, facts, documents and vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial

from db import companies as db_companies
from db.engine import Database
from db.filings import filing_index as db_filings
from workbench.domain.errors import MalformedDocument, NotFound
from workbench.domain.identity import Cik, Company, Ticker
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import archive, unit_of_work
from workbench.ingest.facts.companyfacts import ingest_facts
from workbench.ingest.filings.main_documents import DEFAULT_FORMS, ingest_filings
from workbench.ingest.filings.submissions import ingest_submissions
from workbench.ingest.operations.metrics import report_metrics
from workbench.ingest.search.passages import embed_missing
from workbench.parse.edgar.tickers import TickerList, parse_tickers
from workbench.ports import Embedder, FilingSource, ObjectStore

# The current step, how much of it is done, and the total (None: unknown).
Progress = Callable[[str, int, int | None], None]


def no_progress(_step: str, _done: int, _total: int | None) -> None:
    """Reports nothing."""


def parse_names(texts: Sequence[str]) -> list[str]:
    """The tickers and CIKs without duplicates; raises InvalidIdentifier for the first text that is neither."""
    for text in texts:
        if db_companies.parse_cik_or_none(text) is None:
            Ticker.parse(text)
    return list(dict.fromkeys(text.strip() for text in texts))


class TickerDirectory:
    """The source's ticker lists, each fetched and archived at most once, on first use."""

    def __init__(self, database: Database, objects: ObjectStore, source: FilingSource) -> None:
        self._database = database
        self._objects = objects
        self._source = source
        self._lists: list[TickerList] = []

    def company(self, text: str) -> Company:
        """The company of a ticker or CIK with what the lists contain: CIK, name and share classes.

        A CIK that is in no list gives a company named after its number, because many filers have no ticker. Raises
        InvalidIdentifier, and NotFound for a ticker that is neither in the lists nor in the database.
        """
        cik = db_companies.parse_cik_or_none(text)
        if cik is not None:
            with suppress(MalformedDocument):  # a CIK needs no list, so a damaged one does not matter
                return self._known(cik) or Company(cik, f"CIK {cik}")
            return Company(cik, f"CIK {cik}")
        ticker = Ticker.parse(text)
        for number in range(2):
            result = self._list(number)
            if result and (row := result.by_ticker.get(ticker)):
                return self._known(row.cik) or Company(row.cik, row.name, (row.listing,))
        with self._database.read() as connection:
            try:
                return db_companies.resolve(connection, text)
            except NotFound:
                raise NotFound(f"no listed company has the ticker {ticker}", hint="a CIK works too") from None

    def _known(self, cik: Cik) -> Company | None:
        for number in range(2):
            result = self._list(number)
            if result and (rows := result.of_company(cik)):
                return Company(cik, rows[0].name, tuple(row.listing for row in rows))
        return None

    def _list(self, number: int) -> TickerList | None:
        """The list with exchanges (0) or the one without (1); empty if the source does not have it."""
        while len(self._lists) <= number:
            fetch = (self._source.tickers, self._source.tickers_without_exchange)[len(self._lists)]
            try:
                fetched = fetch()
            except NotFound:
                self._lists.append(TickerList({}, 0))
                continue
            archive.archive(self._database, self._objects, fetched)
            self._lists.append(parse_tickers(fetched.content))
        return self._lists[number]


def ingest_companies(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    names: Sequence[str],
    *,
    forms: Sequence[str] = DEFAULT_FORMS,
    since: date | None = None,
    again: bool = False,
    progress: Progress = no_progress,
) -> Iterator[tuple[str, IngestReport]]:
    """Ingests companies one after another with `ingest_company`; yields each requested name with a report.

    A failing company does not stop the others. The step names passed to `progress` start with the company's name.
    """
    directory = TickerDirectory(database, objects, source)
    for name in names:
        prefixed = partial(_prefixed, progress, name)
        steps = partial(
            ingest_company, database, objects, source, None, name,
            forms=forms, since=since, again=again, directory=directory, progress=prefixed,
        )  # fmt: skip
        for report in unit_of_work.step_by_step(database, "company", name, steps):
            yield name, report


def _prefixed(progress: Progress, name: str, step: str, done: int, total: int | None) -> None:
    progress(f"{name} {step}", done, total)


def ingest_company(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    embedder: Embedder | None,
    company_text: str,
    *,
    forms: Sequence[str] = DEFAULT_FORMS,
    since: date | None = None,
    again: bool = False,
    directory: TickerDirectory | None = None,
    progress: Progress = no_progress,
) -> Iterator[IngestReport]:
    """Ingests one company step by step and yields a report after each step.

    Every step commits on its own, so it is safe to stop between steps and to repeat; a failed step does not stop the next
    one. A company with only submissions or only facts is loaded with what exists. The report `filings` sums up the
    documents; only those that changed something or failed have their own report. Then latest figures are refreshed, with
    a report if that fails; with an `embedder`, new passages get their vectors at the end.
    """
    directory = directory or TickerDirectory(database, objects, source)
    known: list[Company] = []
    named = unit_of_work.run(
        database, "company", company_text, lambda _: known.append(directory.company(company_text)), is_idle_recorded=False
    )
    if not known:
        yield named
        return
    progress("submissions", 0, None)
    submissions = ingest_submissions(database, objects, source, known[0])
    yield submissions
    progress("facts", 0, None)
    facts = ingest_facts(database, objects, source, known[0])
    yield facts
    try:
        with database.read() as connection:
            company = db_companies.get_company(connection, known[0].cik)
            filings = db_filings.list_filings(connection, company.cik, forms=forms, since=since, limit=None)
    except NotFound:
        if submissions.outcome == facts.outcome == "skipped":
            yield unit_of_work.run(database, "company", company_text, _refuse_unknown(company_text))
        return
    yield from ingest_filings(database, objects, source, company, filings, again=again, progress=progress)
    progress("latest figures", 0, None)
    figures = report_metrics(database, company.cik)
    if figures.outcome in ("failed", "quarantined"):
        yield figures
    if embedder is not None:
        progress("vectors", 0, None)
        embed_missing(database, embedder)


def _refuse_unknown(company_text: str) -> Callable[[unit_of_work.Tally], None]:
    def work(_: unit_of_work.Tally) -> None:
        raise NotFound(f"the source has neither submissions nor facts of {company_text}")

    return work
