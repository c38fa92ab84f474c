"""Approximate row counts, for the start message of `workbench up` and for `workbench doctor`."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from db.tables import companies, document_embeddings, financial_metrics, passages, sec_filings, stock_prices

# Above this PostgreSQL's own estimate (from its last analyze) answers at once, where counting would take seconds.
_COUNT_UP_TO = 500_000


@dataclass(frozen=True, slots=True)
class Inventory:
    """Rows by kind; large ones are PostgreSQL's estimate, which is within a few percent."""

    companies: int
    filings: int
    facts: int
    passages: int
    vectors: int
    daily_bars: int


def inventory(connection: sa.Connection) -> Inventory:
    """The number of rows of each kind."""
    return Inventory(
        companies=_rows(connection, companies),
        filings=_rows(connection, sec_filings),
        facts=_rows(connection, financial_metrics),
        passages=_rows(connection, passages),
        vectors=_rows(connection, document_embeddings),
        daily_bars=_rows(connection, stock_prices),
    )


def _rows(connection: sa.Connection, table: sa.Table) -> int:
    estimate = connection.scalar(
        sa.text("select reltuples from pg_class where oid = to_regclass(:name)"), {"name": table.name}
    )
    if estimate is not None and estimate > _COUNT_UP_TO:
        return int(estimate)
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
