"""The lake's tables: one query per table, streamed by COPY in a deterministic order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

Type = Literal["text", "integer", "number", "date", "time", "boolean"]


@dataclass(frozen=True, slots=True)
class LakeTable:
    """A table of the lake: its columns in order, the query, and the date column by whose year it is partitioned."""

    name: str
    columns: dict[str, Type]
    query: str
    partitioned_by: str | None = None


# The figure of a fact twice: a floating number to reckon with, and the text with every digit that was filed.
TABLES = (
    LakeTable(
        "companies",
        {
            "cik": "integer", "ticker": "text", "tickers": "text", "name": "text", "sic": "text", "sic_description": "text",
            "category": "text", "entity_type": "text", "fiscal_year_end": "text", "state_of_incorporation": "text",
        },
        """
        select c.cik, t.tickers[1] as ticker, array_to_string(t.tickers, ' ') as tickers, c.name, c.sic, c.sic_description,
               c.category, c.entity_type, c.fiscal_year_end, c.state_of_incorporation
        from companies c
        left join (select cik, array_agg(ticker order by position) as tickers from company_tickers group by cik) t using (cik)
        order by c.cik
        """,
    ),
    LakeTable(
        "filings",
        {
            "cik": "integer", "accession": "text", "form": "text", "filed_on": "date", "report_on": "date",
            "accepted_at": "time", "items": "text", "primary_document": "text", "description": "text",
            "size_bytes": "integer", "is_xbrl": "boolean", "is_inline_xbrl": "boolean",
        },
        """
        select cik, accession, form, filed_on, report_on,
               to_char(accepted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as accepted_at,
               array_to_string(items, ' ') as items, primary_document, description, size_bytes, is_xbrl, is_inline_xbrl
        from sec_filings order by cik, accession
        """,
        partitioned_by="filed_on",
    ),
    LakeTable(
        "facts",
        {
            "cik": "integer", "taxonomy": "text", "tag": "text", "unit": "text", "dimensions": "text", "period_start": "date",
            "period_end": "date", "value": "number", "value_exact": "text", "accession": "text", "form": "text",
            "filed_on": "date",
        },
        """
        select f.cik, c.taxonomy, c.tag, u.unit, nullif(d.members::text, '{}') as dimensions, f.period_start, f.period_end,
               f.value, f.value::text as value_exact, f.accession, f.form, f.filed_on
        from financial_metrics f
        join concepts c using (concept_id) join units u using (unit_id) join dimension_sets d using (dimensions_id)
        order by f.cik, f.concept_id, f.period_end, f.period_start, f.unit_id, f.dimensions_id, f.accession
        """,
        partitioned_by="filed_on",
    ),
    LakeTable(
        "prices",
        {
            "ticker": "text", "source": "text", "traded_on": "date", "open": "number", "high": "number", "low": "number",
            "close": "number", "adjusted_close": "number", "volume_shares": "integer", "fetched_at": "time",
        },
        """
        select ticker, source, traded_on, open, high, low, close, adjusted_close, volume_shares,
               to_char(fetched_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as fetched_at
        from stock_prices order by ticker, source, traded_on
        """,
        partitioned_by="traded_on",
    ),
    LakeTable(
        "events",
        {
            "cik": "integer", "accession": "text", "item": "text", "event_type": "text", "form": "text", "report_on": "date",
            "filed_on": "date",
        },
        "select cik, accession, item, event_type, form, report_on, filed_on from market_events order by cik, accession, item",
        partitioned_by="filed_on",
    ),
    # Documents that somebody owns stay out: a snapshot has no owner.
    LakeTable(
        "passages",
        {
            "cik": "integer", "accession": "text", "document": "text", "form": "text", "filed_on": "date", "part": "text",
            "item": "text", "ordinal": "integer", "start_char": "integer", "end_char": "integer", "text": "text",
        },
        """
        select p.cik, d.accession, d.name as document, p.form, p.filed_on, p.part, p.item, p.ordinal, p.start_char, p.end_char,
               p.text
        from passages p join documents d using (document_id)
        where d.owner is null and p.filed_on is not null
        order by p.cik, d.accession, d.name, p.ordinal
        """,
        partitioned_by="filed_on",
    ),
)  # fmt: skip


@contextmanager
def open_rows(connection: sa.Connection, table: LakeTable) -> Iterator[io.BufferedReader]:
    """The table's rows as CSV without a header, nulls as nothing and empty texts as two quotes, read as they come."""
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"copy ({table.query}) to stdout (format csv)") as copy:
        yield io.BufferedReader(_Stream(iter(copy)), buffer_size=1 << 20)


def hold_still(connection: sa.Connection) -> None:
    """Makes the transaction see one snapshot of the data; call it before the first query."""
    connection.execute(sa.text("set transaction isolation level repeatable read"))


class _Stream(io.RawIOBase):
    """Blocks of bytes as a file."""

    def __init__(self, blocks: Iterator[Any]) -> None:
        self._blocks = blocks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = memoryview(block)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count
