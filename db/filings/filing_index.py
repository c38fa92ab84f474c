"""The index of filings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.companies import lock_company
from db.filings.events import save_index_events
from db.recordset import recordset
from db.tables import documents, inline_readings, sec_filings
from workbench.domain.errors import NotFound
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik

_AT_ONCE = 1000


def list_filings(
    connection: sa.Connection,
    cik: Cik,
    *,
    forms: Sequence[str] = (),
    since: date | None = None,
    as_of: date | None = None,
    limit: int | None = 100,
    offset: int = 0,
) -> list[Filing]:
    """A company's filings, newest first; `limit=None` gives all.

    `forms` are exact (`10-K` does not include `10-K/A`); empty means every form. `since` and `as_of` bound the filing date,
    both inclusive.
    """
    statement = sa.select(sec_filings).where(sec_filings.c.cik == cik.number)
    if forms:
        statement = statement.where(sec_filings.c.form.in_(list(forms)))
    if since is not None:
        statement = statement.where(sec_filings.c.filed_on >= since)
    if as_of is not None:
        statement = statement.where(sec_filings.c.filed_on <= as_of)
    statement = statement.order_by(
        sec_filings.c.filed_on.desc(), sec_filings.c.accepted_at.desc().nulls_last(), sec_filings.c.accession.desc()
    )
    return [_filing(row) for row in connection.execute(statement.limit(limit).offset(offset))]


def index_begins_on(connection: sa.Connection, cik: Cik) -> date | None:
    """The day of the first filing in a company's index; None without any. What was filed before is unknown."""
    first: date | None = connection.scalar(
        sa.select(sa.func.min(sec_filings.c.filed_on)).where(sec_filings.c.cik == cik.number)
    )
    return first


def latest_filings(
    connection: sa.Connection,
    *,
    ciks: Collection[Cik] = (),
    forms: Collection[str] = (),
    since: date | None = None,
    as_of: date | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Filing]:
    """Filings of all or these companies, newest first; a joint filing is listed once per filer.

    `since` and `as_of` bound the filing date, both inclusive.
    """
    table = sec_filings.c
    query = sa.select(sec_filings).order_by(
        table.filed_on.desc(), table.accepted_at.desc().nulls_last(), table.accession.desc(), table.cik
    )
    if ciks:
        query = query.where(table.cik.in_([cik.number for cik in ciks]))
    if forms:
        query = query.where(table.form.in_(list(forms)))
    if since is not None:
        query = query.where(table.filed_on >= since)
    if as_of is not None:
        query = query.where(table.filed_on <= as_of)
    return [_filing(row) for row in connection.execute(query.limit(limit).offset(offset))]


def latest_filing_of_each(
    connection: sa.Connection, ciks: Sequence[Cik], *, forms: Collection[str], as_of: date | None = None
) -> dict[Cik, Filing]:
    """Each company's newest filing of these forms by the end of `as_of` (None: now); companies without one are left out."""
    asked = (
        sa.func.unnest(sa.literal([cik.number for cik in ciks], pg.ARRAY(sa.BigInteger)))
        .table_valued("cik")
        .render_derived("asked")
    )
    table = sec_filings.c
    newest = sa.select(sec_filings).where(table.cik == asked.c.cik, table.form.in_(list(forms)))
    if as_of is not None:
        newest = newest.where(table.filed_on <= as_of)
    newest = newest.order_by(table.filed_on.desc(), table.accepted_at.desc().nulls_last(), table.accession.desc()).limit(1)
    one = newest.lateral("newest")
    rows = connection.execute(sa.select(one).select_from(asked.join(one, sa.true())))
    return {Cik(row.cik): _filing(row) for row in rows}


def get_filing(connection: sa.Connection, accession: Accession, *, as_of: date | None = None) -> Filing:
    """The filing with this number (of several filers the one with the smallest CIK).

    Raises NotFound for an unknown one, and for one that was filed after `as_of`.
    """
    row = connection.execute(
        sa.select(sec_filings).where(sec_filings.c.accession == accession.text).order_by(sec_filings.c.cik).limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(
            f"there is no filing {accession}", hint="load its company on the page Companies, or with `workbench ingest TICKER`"
        )
    filing = _filing(row)
    if as_of is not None and filing.filed_on > as_of:
        raise NotFound(f"the filing {accession} came on {filing.filed_on}, after {as_of}")
    return filing


def unknown_filings(connection: sa.Connection, filings: Sequence[Filing]) -> list[Filing]:
    """The `filings` that are not in the index for their filer, in the same order."""
    there: set[tuple[int, str]] = set()
    for batch in _batches(list(filings), _AT_ONCE):
        keys = [(filing.cik.number, filing.accession.text) for filing in batch]
        query = sa.select(sec_filings.c.cik, sec_filings.c.accession)
        rows = connection.execute(query.where(sa.tuple_(sec_filings.c.cik, sec_filings.c.accession).in_(keys)))
        there.update((row.cik, row.accession) for row in rows)
    return [filing for filing in filings if (filing.cik.number, filing.accession.text) not in there]


def unread_filings(connection: sa.Connection, forms: Sequence[str], since: date) -> list[Filing]:
    """Filings of these forms, filed on or after `since`, of which no document is indexed; by filer, newest first."""
    is_read = sa.exists().where(documents.c.accession == sec_filings.c.accession)
    query = sa.select(sec_filings).where(sec_filings.c.form.in_(list(forms)), sec_filings.c.filed_on >= since, ~is_read)
    query = query.order_by(sec_filings.c.cik, sec_filings.c.filed_on.desc(), sec_filings.c.accession)
    return [_filing(row) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """What is known of a filing's document that was indexed: the archived bytes, what extracted their text, and what read
    their inline XBRL, None when nothing did.
    """

    name: str
    sha256: str
    extractor: str
    source_url: str | None
    inline_reader: str | None = None


def indexed_documents(connection: sa.Connection, cik: Cik) -> dict[tuple[Accession, str], IndexedDocument]:
    """The indexed documents of a company's filings, by accession and file name; of a filing that it made together with
    others also when it came in with one of them.
    """
    own = sa.select(sec_filings.c.accession).where(sec_filings.c.cik == cik.number)
    is_same = sa.and_(inline_readings.c.document_id == documents.c.document_id, inline_readings.c.sha256 == documents.c.sha256)
    rows = connection.execute(
        sa.select(documents, inline_readings.c.reader)
        .select_from(documents.outerjoin(inline_readings, is_same))
        .where(documents.c.accession.in_(own), documents.c.origin == "filing")
    )
    return {
        (Accession(row.accession), row.name): IndexedDocument(row.name, row.sha256, row.extractor, row.source_url, row.reader)
        for row in rows
    }


def save_filings(connection: sa.Connection, filings: Iterable[Filing]) -> int:
    """Adds filings to the index and fills in missing fields of existing ones; returns the number of new ones.

    A value is only replaced by another value, so a source with less data never erases any. The items of current reports
    become events.
    """
    new = 0
    filings = list(filings)
    for cik in sorted({filing.cik for filing in filings}):
        lock_company(connection, cik)
    unique = {(filing.cik, filing.accession): filing for filing in filings}
    for batch in _batches(list(unique.values()), _AT_ONCE):
        new += sum(connection.scalars(_upsert([_row(filing) for filing in batch])))
    save_index_events(connection, unique.values())
    return new


def _upsert(rows: Sequence[Mapping[str, Any]]) -> sa.Executable:
    """Adds the rows and fills in those there; gives a 1 for each that was inserted, a 0 for each that was changed."""
    names = [column.name for column in sec_filings.columns]
    insert = pg.insert(sec_filings)
    known: dict[str, Any] = {
        name: sa.func.coalesce(insert.excluded[name], sec_filings.c[name])
        for name in ("report_on", "accepted_at", "primary_document", "description", "size_bytes")
    }
    known |= {name: insert.excluded[name] for name in ("form", "filed_on")}
    known |= {name: sa.or_(insert.excluded[name], sec_filings.c[name]) for name in ("is_xbrl", "is_inline_xbrl")}
    known["items"] = sa.case(
        (sa.func.cardinality(insert.excluded["items"]) > 0, insert.excluded["items"]), else_=sec_filings.c["items"]
    )
    return (
        insert.from_select(names, sa.select(recordset(sec_filings, names, rows)))
        .on_conflict_do_update(
            index_elements=[sec_filings.c.cik, sec_filings.c.accession],
            set_=known,
            where=sa.or_(*(sec_filings.c[name].is_distinct_from(value) for name, value in known.items())),
        )
        .returning(sa.literal_column("(xmax = 0)::int", sa.Integer))
    )


def _batches(filings: list[Filing], size: int) -> list[list[Filing]]:
    return [filings[start : start + size] for start in range(0, len(filings), size)]


def _row(filing: Filing) -> dict[str, Any]:
    return {
        "cik": filing.cik.number,
        "accession": filing.accession.text,
        "form": filing.form,
        "filed_on": filing.filed_on,
        "report_on": filing.report_on,
        "accepted_at": filing.accepted_at,
        "items": list(filing.items),
        "primary_document": filing.primary_document,
        "description": filing.description,
        "size_bytes": filing.size_bytes,
        "is_xbrl": filing.is_xbrl,
        "is_inline_xbrl": filing.is_inline_xbrl,
    }


def _filing(row: Any) -> Filing:
    return Filing(
        cik=Cik(row.cik),
        accession=Accession(row.accession),
        form=row.form,
        filed_on=row.filed_on,
        report_on=row.report_on,
        accepted_at=row.accepted_at,
        items=tuple(row.items),
        primary_document=row.primary_document,
        description=row.description,
        size_bytes=row.size_bytes,
        is_xbrl=row.is_xbrl,
        is_inline_xbrl=row.is_inline_xbrl,
    )
