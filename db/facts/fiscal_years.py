"""What companies call their fiscal years: saved with their facts, read with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.companies import lock_company
from db.facts.versions import facts_changed
from db.tables import fiscal_year_offsets, stated_fiscal_years
from workbench.domain.facts.fiscal_years import StatedYear, YearOffset, year_offsets
from workbench.domain.identity import Cik


def save_stated_years(connection: sa.Connection, cik: Cik, stated: Iterable[StatedYear], *, is_from_document: bool) -> int:
    """Saves what reports of a company state, with the offsets that follow; returns how many rows are new or changed.

    Of two statements of one report that of its document counts, then the later year and period, so that the order of
    loading does not matter.
    """
    rows = [each._asdict() | {"cik": cik.number, "is_from_document": is_from_document} for each in stated]
    if not rows:
        return 0
    lock_company(connection, cik)
    table = stated_fiscal_years.c
    insert = pg.insert(stated_fiscal_years)
    ranked = ("is_from_document", "fiscal_year", "period_end", "months_left", "filed_on")
    is_better = sa.tuple_(*(table[name] for name in ranked)) < sa.tuple_(*(insert.excluded[name] for name in ranked))
    insert = insert.on_conflict_do_update(
        constraint=stated_fiscal_years.primary_key, set_={name: insert.excluded[name] for name in ranked}, where=is_better
    )
    changed = len(connection.execute(insert.values(rows).returning(table.accession)).all())
    if changed:
        _refresh_offsets(connection, cik)
    return changed


def fiscal_year_offsets_of(connection: sa.Connection, cik: Cik, as_of: date | None) -> list[YearOffset]:
    """How a company names its fiscal years, as known at the end of `as_of` (None: now); oldest first, none by default."""
    table = fiscal_year_offsets.c
    query = sa.select(table.year_end, table.known_from, table.years).where(table.cik == cik.number)
    if as_of is not None:
        query = query.where(table.known_from <= as_of)
    return [YearOffset._make(row) for row in connection.execute(query.order_by(table.known_from, table.year_end))]


def _refresh_offsets(connection: sa.Connection, cik: Cik) -> None:
    table = stated_fiscal_years.c
    query = sa.select(table.accession, table.period_end, table.fiscal_year, table.months_left, table.filed_on)
    stated = [StatedYear._make(row) for row in connection.execute(query.where(table.cik == cik.number))]
    wanted = sorted(year_offsets(stated))
    if wanted == sorted(fiscal_year_offsets_of(connection, cik, None)):
        return
    connection.execute(sa.delete(fiscal_year_offsets).where(fiscal_year_offsets.c.cik == cik.number))
    if wanted:
        connection.execute(sa.insert(fiscal_year_offsets), [each._asdict() | {"cik": cik.number} for each in wanted])
    facts_changed(connection, cik)
