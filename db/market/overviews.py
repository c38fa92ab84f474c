"""Vendors' company overviews: one row per source and period of unchanged content."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import sqlalchemy as sa

from db.tables import companies, company_overviews, company_tickers
from workbench.domain.identity import Cik, Ticker
from workbench.domain.market.overview import CompanyOverview, KnownOverview

_VENDOR_FIELDS = tuple(field.name for field in fields(CompanyOverview) if field.name not in ("cik", "source"))


def save_overview(connection: sa.Connection, overview: CompanyOverview, day: date) -> bool:
    """Saves the source's overview of `day`; returns whether it changed.

    Unchanged content only updates the day of the last check; a change starts a new row, or replaces one started that day.
    """
    table = company_overviews
    own = sa.and_(table.c.cik == overview.cik.number, table.c.source == overview.source)
    last = connection.execute(sa.select(table).where(own).order_by(table.c.known_from.desc()).limit(1)).one_or_none()
    values = {name: getattr(overview, name) for name in _VENDOR_FIELDS} | {"ticker": overview.ticker.symbol}
    if last is not None and all(last._mapping[name] == value for name, value in values.items()):
        looked = sa.func.greatest(table.c.checked_on, day)
        connection.execute(sa.update(table).where(own, table.c.known_from == last.known_from).values(checked_on=looked))
        return False
    connection.execute(sa.delete(table).where(own, table.c.known_from == day))
    row = {"cik": overview.cik.number, "source": overview.source, "known_from": day, "checked_on": day}
    connection.execute(sa.insert(table).values(row | values))
    return True


def overview_of(connection: sa.Connection, cik: Cik, *, as_of: date | None = None) -> KnownOverview | None:
    """The latest overview of the company by the end of `as_of` (None: now), or None."""
    table = company_overviews
    query = sa.select(table).where(table.c.cik == cik.number)
    if as_of is not None:
        query = query.where(table.c.known_from <= as_of)
    row = connection.execute(query.order_by(table.c.known_from.desc(), table.c.source).limit(1)).one_or_none()
    if row is None:
        return None
    values = {name: row._mapping[name] for name in _VENDOR_FIELDS} | {"ticker": Ticker(row.ticker)}
    checked = row.checked_on if as_of is None else min(row.checked_on, as_of)
    return KnownOverview(CompanyOverview(cik=cik, source=row.source, **values), row.known_from, checked)


def longest_unchecked(connection: sa.Connection, source: str, *, before: date, limit: int) -> list[Cik]:
    """Listed companies not checked at the source since `before`: never checked first, then the oldest check."""
    table = company_overviews
    checked = (
        sa.select(table.c.cik, sa.func.max(table.c.checked_on).label("checked_on"))
        .where(table.c.source == source)
        .group_by(table.c.cik)
        .subquery()
    )
    is_listed = sa.select(company_tickers.c.cik).where(company_tickers.c.cik == companies.c.cik).exists()
    query = (
        sa.select(companies.c.cik)
        .outerjoin(checked, checked.c.cik == companies.c.cik)
        .where(is_listed, sa.or_(checked.c.checked_on.is_(None), checked.c.checked_on < before))
        .order_by(checked.c.checked_on.asc().nulls_first(), companies.c.cik)
        .limit(limit)
    )
    return [Cik(number) for number in connection.scalars(query)]
