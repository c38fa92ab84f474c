"""What changed most in the risk factors and the discussion of each newest report, computed ahead for lists over companies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import documents, filing_sections, item_changes
from workbench.domain.filings.changes import ChangedItem, ChangeKind, NotableChange
from workbench.domain.identity import Accession, Cik

# The items that are compared, by form: as they are written in an address, and their names in `filing_sections`.
COMPARED = {"10-K": ("1A", "7"), "10-Q": ("II-1A", "I-2")}
_NAMES = sorted({item.rpartition("-")[2] for items in COMPARED.values() for item in items})
# Counts up when the same texts would give another list.
_RULES = 1


@dataclass(frozen=True, slots=True)
class NewReport:
    """A company's newest report of a form that was not compared yet."""

    cik: Cik
    accession: Accession
    form: str
    filed_on: date


def uncompared(connection: sa.Connection, limit: int) -> list[NewReport]:
    """The newest 10-K and 10-Q of each company, those of them that were not compared yet; the latest filed first."""
    table = documents.c
    holds = sa.exists().where(filing_sections.c.document_id == table.document_id, filing_sections.c.item.in_(_NAMES))
    newest = (
        sa.select(table.cik, table.accession, table.form, table.filed_on)
        .ext(pg.distinct_on(table.cik, table.form))
        .where(
            table.origin == "filing", table.form.in_(list(COMPARED)), table.cik.is_not(None),
            table.accession.is_not(None), table.filed_on.is_not(None), holds,
        )
        .order_by(table.cik, table.form, table.filed_on.desc(), table.accession.desc())
        .subquery("newest")
    )  # fmt: skip
    done = sa.exists().where(
        item_changes.c.cik == newest.c.cik, item_changes.c.accession == newest.c.accession, item_changes.c.rules == _RULES
    )
    query = sa.select(newest).where(~done).order_by(newest.c.filed_on.desc(), newest.c.accession).limit(limit)
    return [NewReport(Cik(row.cik), Accession(row.accession), row.form, row.filed_on) for row in connection.execute(query)]


def save_changes(connection: sa.Connection, report: NewReport, items: Sequence[ChangedItem]) -> None:
    """Replaces what is stored of this report; an empty list records that there is nothing to compare it with."""
    key = {"cik": report.cik.number, "accession": report.accession.text}
    table = item_changes.c
    connection.execute(sa.delete(item_changes).where(table.cik == key["cik"], table.accession == key["accession"]))
    shared = {**key, "form": report.form, "filed_on": report.filed_on, "rules": _RULES}
    rows = [
        {
            **shared,
            "item": each.item,
            "old_accession": each.old.text,
            "changed_ratio": each.changed_ratio,
            "changes": each.count,
            "weight": max((change.weight for change in each.notable), default=0.0),
            "notable": [asdict(change) for change in each.notable],
        }
        for each in items
    ]
    nothing = {**shared, "item": "", "old_accession": None, "changed_ratio": 0.0, "changes": 0, "weight": 0.0, "notable": []}
    connection.execute(pg.insert(item_changes), rows or [nothing])


def latest_changes(
    connection: sa.Connection, *, ciks: Collection[Cik] | None = None, as_of: date | None = None, limit: int, offset: int = 0
) -> list[ChangedItem]:
    """Items that changed, of all or these companies: the latest filed day first, within a day the weightiest."""
    table = item_changes.c
    query = sa.select(item_changes).where(table.changes > 0)
    if ciks is not None:
        query = query.where(table.cik.in_([cik.number for cik in ciks]))
    if as_of is not None:
        query = query.where(table.filed_on <= as_of)
    query = query.order_by(table.filed_on.desc(), table.weight.desc(), table.cik, table.item).limit(limit).offset(offset)
    return [
        ChangedItem(
            cik=Cik(row.cik),
            item=row.item,
            form=row.form,
            filed_on=row.filed_on,
            old=Accession(row.old_accession),
            new=Accession(row.accession),
            changed_ratio=row.changed_ratio,
            count=row.changes,
            notable=tuple(NotableChange(ChangeKind(each["kind"]), each["weight"], each["text"]) for each in row.notable),
        )
        for row in connection.execute(query)
    ]
