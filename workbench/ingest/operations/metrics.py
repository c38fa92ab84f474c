"""Keeping up to the facts what is computed from them ahead: statements, latest and annual figures, and verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from db.engine import Database
from db.facts.calculations import refresh_reached_lines
from db.screens.company_metrics import refresh_company, stale_companies
from db.statements.annual_figures import refresh_annual_figures
from db.statements.as_known import refresh_statements
from db.statements.checks import refresh_checks
from workbench.domain.identity import Cik
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import unit_of_work


def refresh_metrics(
    database: Database, companies: Sequence[Cik] | None = None, *, progress: Callable[[int, int], None] | None = None
) -> int:
    """Computes statements, latest and annual figures and checks of these companies, and returns of how many.

    Without `companies` they are those whose facts have changed. One transaction a company: what was interrupted goes on
    from the next. `progress` is told (1, number of companies) after each.
    """
    if companies is None:
        with database.read() as connection:
            companies = stale_companies(connection)
    for cik in companies:
        _refresh(database, cik)
        if progress:
            progress(1, len(companies))
    return len(companies)


def report_metrics(database: Database, cik: Cik) -> IngestReport:
    """The same of one company, with a report that counts the days of filing whose figures were computed."""

    def work(tally: unit_of_work.Tally) -> None:
        tally.saved["days of latest figures"] = _refresh(database, cik)

    return unit_of_work.run(database, "metrics", str(cik), work, is_idle_recorded=False)


def _refresh(database: Database, cik: Cik) -> int:
    with database.write() as connection:
        refresh_reached_lines(connection, cik)
        days = refresh_company(connection, cik)
        refresh_statements(connection, cik)
        refresh_annual_figures(connection, cik)
        refresh_checks(connection, cik)
    return days
