"""The reports expected next, over all companies or some."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import sqlalchemy as sa

from workbench.domain.as_of import today
from workbench.domain.filings.expected import PERIODIC_FORMS, YEAR, ExpectedReport
from workbench.domain.identity import Accession, Cik

# A year before, the same period: fiscal years of 52 and 53 weeks, and a year end moved by a month at most. A company that has
# filed no report for this long has stopped, or its index is no longer up to date.
_EXPECTED = sa.text(
    """
    select f.cik, f.form, f.filed_on, f.accession
    from sec_filings f
    where f.form = any(:forms) and f.filed_on between :first and :last and f.report_on is not null
      and (cast(:ciks as bigint[]) is null or f.cik = any(cast(:ciks as bigint[])))
      and not exists (
        select 1 from sec_filings next
        where next.cik = f.cik and next.form = any(:forms) and next.filed_on > f.filed_on and next.filed_on <= :day
          and next.report_on between f.report_on + 330 and f.report_on + 400)
      and exists (
        select 1 from sec_filings last
        where last.cik = f.cik and last.form = any(:forms) and last.filed_on <= :day
          and last.filed_on > :day - case when f.form in ('20-F', '40-F') then 400 else 140 end)
    order by f.filed_on, f.cik, f.accession
    limit :limit
    """
)


def expected_reports(
    connection: sa.Connection,
    *,
    ciks: Collection[Cik] = (),
    as_of: date | None = None,
    within: timedelta = timedelta(days=30),
    limit: int = 50,
) -> list[ExpectedReport]:
    """Annual and quarterly reports expected from `as_of` (None: today) on and not filed by then, the next one first.

    Of all or these companies, as far as their filings are indexed. Companies that stopped filing are left out.
    """
    day = as_of or today()
    rows = connection.execute(
        _EXPECTED,
        {
            "forms": list(PERIODIC_FORMS), "day": day, "first": day - YEAR, "last": day - YEAR + within,
            "ciks": [cik.number for cik in ciks] or None, "limit": limit,
        },
    )  # fmt: skip
    return [ExpectedReport(Cik(row.cik), row.form, row.filed_on, Accession(row.accession)) for row in rows]
