"""Events from current reports: saved from the filing index and from documents, and listed by company."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.filings.event_archives import archived_before
from db.recordset import recordset
from db.tables import documents, filing_sections, market_events, passages
from workbench.domain.filings.events import EventOpening, EventSource, MarketEvent, event_kind, is_current_report
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik

_AT_ONCE = 1000


def save_index_events(connection: sa.Connection, filings: Iterable[Filing]) -> int:
    """Saves the items of current reports in the index as events; returns the number of new ones. Skips other forms."""
    # Pages of an index overlap: of a filing listed twice the last entry counts.
    known = {(row["cik"], row["accession"], row["item"]): row for one in filings for row in _rows(one, one.items, "index")}
    rows = list(known.values())
    return sum(_save(connection, rows[start : start + _AT_ONCE]) for start in range(0, len(rows), _AT_ONCE))


def save_document_events(connection: sa.Connection, filing: Filing, items: Sequence[str]) -> int:
    """The items found in the document of a current report; returns how many the index had not."""
    rows = _rows(filing, items, "document")
    return _save(connection, rows) if rows else 0


def list_events(
    connection: sa.Connection,
    cik: Cik,
    *,
    types: Sequence[str] = (),
    items: Sequence[str] = (),
    since: date | None = None,
    as_of: date | None = None,
    limit: int | None = 100,
    offset: int = 0,
) -> list[MarketEvent]:
    """Events of a company by filing date, the newest first, those of one report by their item; narrowed by what is given.

    `since` and `as_of` bound the filing date, both inclusive.
    """
    place = (
        sa.select(documents.c.name, filing_sections.c.start_char, filing_sections.c.end_char)
        .join(filing_sections, filing_sections.c.document_id == documents.c.document_id)
        .where(documents.c.accession == market_events.c.accession, filing_sections.c.item == market_events.c.item)
        .order_by(filing_sections.c.document_id, filing_sections.c.ordinal)
        .limit(1)
        .lateral("place")
    )
    query = sa.select(market_events, place).outerjoin(place, sa.true()).where(market_events.c.cik == cik.number)
    if types:
        query = query.where(market_events.c.event_type.in_(types))
    if items:
        query = query.where(market_events.c.item.in_(items))
    if since is not None:
        query = query.where(market_events.c.filed_on >= since)
    if as_of is not None:
        query = query.where(market_events.c.filed_on <= as_of)
    part = sa.func.split_part(market_events.c.item, ".", 1)
    query = query.order_by(  # by the length first, for 12 comes after 9
        market_events.c.filed_on.desc(), market_events.c.accession.desc(), sa.func.length(part), market_events.c.item
    )
    return [_event(row) for row in connection.execute(query.limit(limit).offset(offset))]


def latest_events(
    connection: sa.Connection,
    *,
    ciks: Collection[Cik] = (),
    types: Collection[str] = (),
    as_of: date | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[MarketEvent]:
    """Items of current reports of all companies, or of those given, the newest first; that exhibits are attached is no event.

    Where an item stands in its document is not looked up.
    """
    table = market_events.c
    none = (sa.literal(None).label(name) for name in ("name", "start_char", "end_char"))
    query = sa.select(market_events, *none).where(table.event_type != "exhibits")
    if ciks:
        query = query.where(table.cik.in_([cik.number for cik in ciks]))
    if types:
        query = query.where(table.event_type.in_(list(types)))
    if as_of is not None:
        query = query.where(table.filed_on <= as_of)
    query = query.order_by(table.filed_on.desc(), table.accession.desc(), table.item)
    return [_event(row) for row in connection.execute(query.limit(limit).offset(offset))]


def event_openings(connection: sa.Connection, events: Collection[MarketEvent]) -> dict[tuple[Accession, str], EventOpening]:
    """With what each item begins in the document of its report, by accession and item; without those that were not read."""
    if not events:
        return {}
    wanted = {(each.accession.text, each.item) for each in events}
    query = (
        sa.select(documents.c.accession, passages.c.item, passages.c.text, passages.c.start_char, passages.c.end_char)
        .join(passages, passages.c.document_id == documents.c.document_id)
        .where(sa.tuple_(documents.c.accession, passages.c.item).in_(wanted), documents.c.origin == "filing")
        .ext(pg.distinct_on(documents.c.accession, passages.c.item))
        .order_by(documents.c.accession, passages.c.item, passages.c.document_id, passages.c.ordinal)
    )
    return {
        (Accession(row.accession), row.item): EventOpening(row.text, row.start_char, row.end_char)
        for row in connection.execute(query)
    }


def _rows(filing: Filing, items: Iterable[str], source: EventSource) -> list[dict[str, Any]]:
    if not is_current_report(filing.form):
        return []
    return [
        {
            "cik": filing.cik.number,
            "accession": filing.accession.text,
            "item": item,
            "event_type": event_kind(item).event_type,
            "form": filing.form,
            "report_on": filing.report_on,
            "filed_on": filing.filed_on,
            "source": source,
        }
        for item in dict.fromkeys(items)
    ]


def _save(connection: sa.Connection, rows: list[dict[str, Any]]) -> int:
    first = archived_before(connection)
    if first is not None:
        rows = [row for row in rows if row["filed_on"] >= first]
    if not rows:
        return 0
    _forget_other_days(connection, rows)
    insert = pg.insert(market_events)
    names = list(rows[0])
    new = insert.excluded
    is_other = market_events.c.source != new.source
    selected = insert.from_select(names, sa.select(recordset(market_events, names, rows)))
    statement = selected.on_conflict_do_update(
        index_elements=["cik", "accession", "item", "filed_on"],
        set_={
            "event_type": new.event_type,
            "report_on": sa.func.coalesce(new.report_on, market_events.c.report_on),
            "source": sa.case((is_other, "both"), else_=market_events.c.source),
        },
        where=sa.or_(
            sa.and_(is_other, market_events.c.source != "both"),
            market_events.c.event_type != new.event_type,
            market_events.c.report_on.is_distinct_from(sa.func.coalesce(new.report_on, market_events.c.report_on)),
        ),
    ).returning(sa.literal_column("(xmax = 0)::int", sa.Integer))  # 1 where the row was inserted
    return sum(connection.scalars(statement))


def _forget_other_days(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """Removes what is stored of these reports under another filing date: the newest entry of it counts."""
    latest = recordset(market_events, ("cik", "accession", "filed_on"), rows)
    connection.execute(
        sa.delete(market_events).where(
            market_events.c.cik == latest.c.cik,
            market_events.c.accession == latest.c.accession,
            market_events.c.filed_on != latest.c.filed_on,
        )
    )


def _event(row: Any) -> MarketEvent:
    return MarketEvent(
        cik=Cik(row.cik),
        accession=Accession(row.accession),
        item=row.item,
        event_type=row.event_type,
        form=row.form,
        report_on=row.report_on,
        filed_on=row.filed_on,
        source=row.source,
        document=row.name,
        start=row.start_char,
        end=row.end_char,
    )
