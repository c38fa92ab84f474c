"""Keeping up to the facts what is computed from them ahead: the latest figures for screens, and the verdicts on statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from db.checks import refresh_checks
from db.company_metrics import refresh_company, stale_companies
from db.engine import Database
from workbench.domain.identity import Cik


def refresh_metrics(
    database: Database, companies: Sequence[Cik] | None = None, *, progress: Callable[[int, int], None] | None = None
) -> int:
    """Computes latest figures and checks of these companies (None: of all whose facts have changed) and returns of how many.

    One transaction a company: what was interrupted goes on from the next. `progress` is told (1, number of companies)
    after each.
    """
    if companies is None:
        with database.read() as connection:
            companies = stale_companies(connection)
    for cik in companies:
        with database.write() as connection:
            refresh_company(connection, cik)
            refresh_checks(connection, cik)
        if progress:
            progress(1, len(companies))
    return len(companies)
