"""Which of some passages pass a filter, stand in the newest report, hold boilerplate, or share a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from db.ownership import readable
from db.search.passages import filter_clauses
from db.tables import documents, passages
from workbench.domain.filings.passages import PassageFilter
from workbench.domain.rights.ownership import LOCAL, Caller

# Items that list exhibits, of Forms 10-K (14 until 2003), 10-Q, 8-K and 20-F; and what such lists and the like look like.
_ITEMS_OF_EXHIBITS = ("15", "14", "16", "6", "7", "9.01", "19")
_EXHIBIT_ROW = r"(?n)^\t*\(?\d{1,3}\.\d{1,2}\)?[^\t\n]{0,8}\t+[^\t\n]*[A-Za-z]{4}"
_CONTENTS_ROW = r"(?in)^\s*items?\s+\d{1,2}[a-c]?\M"
_SIGNED = r"(?i)pursuant to the requirements of (?:the securities|section 1[35])"
_FEWEST_ROWS = 3


def among(connection: sa.Connection, passage_ids: Sequence[int], where: PassageFilter) -> set[int]:
    """Those of the passages that pass the filter."""
    result = sa.select(passages.c.passage_id).where(passages.c.passage_id.in_(passage_ids), *filter_clauses(where))
    return set(connection.scalars(result))


def among_newest(
    connection: sa.Connection,
    passage_ids: Sequence[int],
    forms: Sequence[str],
    as_of: date | None = None,
    caller: Caller = LOCAL,
) -> set[int]:
    """Those of the passages that stand in their company's newest document of one of `forms`, as filed by `as_of`.

    Uploads that `caller` may not read do not count.
    """
    asked = sa.select(passages.c.cik).where(passages.c.passage_id.in_(passage_ids))
    known = [documents.c.filed_on <= as_of] if as_of else []
    newest = (
        sa.select(documents.c.cik, sa.func.max(documents.c.filed_on).label("filed_on"))
        .where(documents.c.form.in_(forms), documents.c.cik.in_(asked), readable(documents, caller), *known)
        .group_by(documents.c.cik)
        .subquery()
    )
    result = (
        sa.select(passages.c.passage_id)
        .join(newest, (newest.c.cik == passages.c.cik) & (newest.c.filed_on == passages.c.filed_on))
        .where(passages.c.passage_id.in_(passage_ids), passages.c.form.in_(forms))
    )
    return set(connection.scalars(result))


def boilerplate_among(connection: sa.Connection, passage_ids: Sequence[int]) -> set[int]:
    """Those of the passages that are lists of exhibits, tables of contents or signatures, which hold words and say nothing."""
    is_outside = passages.c.item.is_(None)
    may_list_exhibits = is_outside | passages.c.item.in_(_ITEMS_OF_EXHIBITS)
    result = sa.select(passages.c.passage_id).where(
        passages.c.passage_id.in_(passage_ids),
        sa.or_(
            may_list_exhibits & (sa.func.regexp_count(passages.c.text, _EXHIBIT_ROW) >= _FEWEST_ROWS),
            is_outside & (sa.func.regexp_count(passages.c.text, _CONTENTS_ROW) >= _FEWEST_ROWS),
            may_list_exhibits & passages.c.text.regexp_match(_SIGNED),
        ),
    )
    return set(connection.scalars(result))


def pages_of_passages(connection: sa.Connection, passage_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Document and page number of each passage; those of documents without pages are left out."""
    query = sa.select(passages.c.passage_id, passages.c.document_id, passages.c.page)
    rows = connection.execute(query.where(passages.c.passage_id.in_(passage_ids), passages.c.page.is_not(None)))
    return {row.passage_id: (row.document_id, row.page) for row in rows}
