"""What only TimescaleDB has: the intervals of its chunks and policies. No question to the data goes through here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """Days a chunk of daily bars and of market events, and after how many days a chunk is compressed."""

    price_days: int = 365
    event_days: int = 365
    compress_after_days: int = 30


def has_hypertables(connection: sa.Connection) -> bool:
    """Whether the schema uses TimescaleDB."""
    return bool(connection.scalar(sa.text("select to_regclass('timescaledb_information.hypertables') is not null")))


def apply_plan(connection: sa.Connection, plan: ChunkPlan) -> list[str]:
    """Brings chunks to come and compression to the plan, and says what was changed; nothing without TimescaleDB.

    Chunks that are there keep their length.
    """
    if not has_hypertables(connection):
        return []
    changed = []
    for table, days in (("stock_prices", plan.price_days), ("market_events", plan.event_days)):
        if _chunk_days(connection, table) != days:
            connection.execute(
                sa.text("select set_chunk_time_interval(cast(:name as regclass), :days)"),
                {"name": table, "days": timedelta(days=days)},
            )
            changed.append(f"{table}: chunks of {days} days")
        if _compressed_after(connection, table) != plan.compress_after_days:
            connection.execute(
                sa.text("select remove_compression_policy(cast(:name as regclass), if_exists => true)"), {"name": table}
            )
            connection.execute(
                sa.text("select add_compression_policy(cast(:name as regclass), cast(:days as interval))"),
                {"name": table, "days": timedelta(days=plan.compress_after_days)},
            )
            changed.append(f"{table}: compressed after {plan.compress_after_days} days")
    return changed


def drop_chunks(connection: sa.Connection, table: str, before: date) -> None:
    """Drops the chunks of a hypertable that end on or before `before`: quicker than deleting, and leaves no dead rows."""
    connection.execute(
        sa.text("select drop_chunks(cast(:name as regclass), older_than => cast(:before as date))"),
        {"name": table, "before": before},
    )


def _chunk_days(connection: sa.Connection, table: str) -> int | None:
    interval: timedelta | None = connection.scalar(
        sa.text("select time_interval from timescaledb_information.dimensions where hypertable_name = :name"), {"name": table}
    )
    return interval.days if interval is not None else None


def _compressed_after(connection: sa.Connection, table: str) -> int | None:
    interval: timedelta | None = connection.scalar(
        sa.text(
            "select cast(config ->> 'compress_after' as interval) from timescaledb_information.jobs"
            " where hypertable_name = :name and config ? 'compress_after'"
        ),
        {"name": table},
    )
    return interval.days if interval is not None else None
