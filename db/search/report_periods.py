"""The fiscal period that a document reports on, as its company names it, in SQL."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from db.tables import companies, documents, fiscal_year_offsets, sec_filings
from workbench.domain.facts.fiscal_years import SAME_YEAR_END

_DAYS_A_MONTH = 30.4


def fiscal_period(as_of: date | None) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """Fiscal year and quarter of a document's period of report, by the year end that the company states and as it names them.

    A year of 52 or 53 weeks ends within days of that date, on either side: days are counted as if they were ten earlier, and
    the year end, too, where its month is asked. A year that ends in the first week of January is that of the year before
    (as in `workbench.domain.facts.fiscal_years`). Without a stated year end it is the calendar year.
    """
    end = sa.func.coalesce(companies.c.fiscal_year_end, "1231")
    day = sa.func.coalesce(sec_filings.c.report_on, documents.c.filed_on) - 10
    year = (
        sa.extract("year", day) + sa.cast(sa.func.to_char(day, "MMDD") > end, sa.Integer) - sa.cast(end <= "0107", sa.Integer)
    )
    end_month = sa.cast(sa.func.substr(end, 1, 2), sa.Integer) - sa.cast(sa.func.substr(end, 3, 2) <= "10", sa.Integer)
    months_left = sa.func.mod(end_month - sa.cast(sa.extract("month", day), sa.Integer) + 12, 12)
    year += sa.func.coalesce(_year_offset(end, as_of), 0)
    return year, 4 - months_left.op("/", return_type=sa.Integer())(3)


def _year_offset(end: sa.ColumnElement[Any], as_of: date | None) -> sa.ScalarSelect[Any]:
    """By how much a document's company names years that end on `end` (`MMDD`) other than by the rule; null for not at all."""
    offsets = fiscal_year_offsets.c
    apart = sa.func.abs(_place_in_year(sa.func.to_char(offsets.year_end, "MMDD")) - _place_in_year(end))
    apart = sa.func.least(apart, 12 - apart)
    known = [offsets.known_from <= as_of] if as_of else []
    query = sa.select(offsets.years).where(offsets.cik == documents.c.cik, apart <= SAME_YEAR_END / _DAYS_A_MONTH, *known)
    return query.order_by(apart, offsets.known_from.desc()).limit(1).scalar_subquery()


def _place_in_year(day: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Months and parts of a month up to a day given as `MMDD`."""
    month, days = (sa.cast(sa.func.substr(day, place, 2), sa.Float) for place in (1, 3))
    return month + days / _DAYS_A_MONTH
