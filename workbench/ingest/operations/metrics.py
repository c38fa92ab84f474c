"""Refreshes what is precomputed from facts: statements, restatements, latest and annual figures, and check results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from db.companies import get_company
from db.engine import Database
from db.facts.versions import facts_version
from db.screens.company_metrics import mark_unevaluated, stale_companies
from db.screens.company_values import refresh_values, stale_values
from db.screens.refresh import refresh_figures
from db.screens.value_terms import refresh_terms, stale_terms
from workbench.domain.as_of import today
from workbench.domain.identity import Cik
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import unit_of_work

KIND = "metrics"
VALUES = "values"
VALUE_TERMS = "value terms"


def refresh_metrics(
    database: Database, companies: Sequence[Cik] | None = None, *, progress: Callable[[int, int], None] | None = None
) -> int:
    """Computes what follows from companies' facts; returns the number of companies that succeeded.

    Without `companies`, those whose facts have changed. Each company has its own transaction: an interrupted run continues
    with the next company, and a failure is recorded and does not affect the others. `progress` is called with (1, number of
    companies) after each.
    """
    if companies is None:
        with database.read() as connection:
            companies = stale_companies(connection)
    done = 0
    for cik in companies:
        done += report_metrics(database, cik).outcome in ("saved", "unchanged")
        if progress:
            progress(1, len(companies))
    return done


def report_metrics(database: Database, cik: Cik) -> IngestReport:
    """As `refresh_metrics` for one company; the report counts the filing days whose figures were computed.

    If it fails, the company's earlier figures do not count as current.
    """

    def work(tally: unit_of_work.Tally) -> None:
        tally.works_on(_version(database, cik))
        with database.write() as connection:
            tally.saved["days of latest figures"] = refresh_figures(connection, cik)

    return _marked(database, cik, unit_of_work.run(database, KIND, str(cik), work, is_idle_recorded=False))


def report_values(database: Database) -> Iterator[IngestReport]:
    """Values companies whose valuation measures at the last close do not hold; a report for each."""

    def work(cik: Cik, tally: unit_of_work.Tally) -> None:
        with database.write() as connection:
            refresh_values(connection, cik)
        tally.saved["valuations"] = 1

    with database.read() as connection:
        stale = stale_values(connection, today())
    for cik in stale:
        yield unit_of_work.run(database, VALUES, str(cik), partial(work, cik), is_idle_recorded=False)


def report_value_terms(database: Database) -> Iterator[IngestReport]:
    """Computes the terms of valuation measures of companies with new facts or closes, for every day; a report for each."""
    day = today()

    def work(cik: Cik, tally: unit_of_work.Tally) -> None:
        with database.write() as connection:
            tally.saved["stretches of valuation terms"] = refresh_terms(connection, cik, day)

    with database.read() as connection:
        stale = stale_terms(connection, day)
    for cik in stale:
        yield unit_of_work.run(database, VALUE_TERMS, str(cik), partial(work, cik), is_idle_recorded=False)


def give_up_metrics(database: Database, cik: Cik, error: Exception) -> IngestReport:
    """Records that a company's figures cannot be computed, for example because every worker that tried died."""
    version = _version(database, cik)
    return _marked(database, cik, unit_of_work.quarantine(database, KIND, str(cik), error, data_version=version))


def _marked(database: Database, cik: Cik, done: IngestReport) -> IngestReport:
    if done.outcome in ("failed", "quarantined"):
        with database.write() as connection:
            mark_unevaluated(connection, cik)
    return done


def _version(database: Database, cik: Cik) -> str:
    """The version of the inputs of a company's figures: the version of its facts, and its industry."""
    with database.read() as connection:
        return f"facts {facts_version(connection, cik)}, SIC {get_company(connection, cik).sic}"
