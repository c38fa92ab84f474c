"""What some passages are: which pass a filter, stand in the newest report, hold boilerplate, or share a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from db.ownership import readable
from db.search.passages import IS_ONE_OF, filter_clauses
from db.tables import documents, passages
from workbench.domain.filings.passages import PassageFilter
from workbench.domain.rights.ownership import LOCAL, Caller

# Items that list exhibits, of Forms 10-K (14 until 2003), 10-Q, 8-K and 20-F; and what such lists and the like look like.
_ITEMS_OF_EXHIBITS = ("15", "14", "16", "6", "7", "9.01", "19")
_EXHIBIT_ROW = r"(?n)^\t*\(?\d{1,3}\.\d{1,2}\)?[^\t\n]{0,8}\t+[^\t\n]*[A-Za-z]{4}"
_CONTENTS_ROW = r"(?in)^\s*items?\s+\d{1,2}[a-c]?\M"
_SIGNED = r"(?i)pursuant to the requirements of (?:the securities|section 1[35])"
_FEWEST_ROWS = 3


class Traits(NamedTuple):
    """What decides a passage's place beside its score: its page (document and number) if it has one, and the rest by name.

    `passes` has for each filter asked about whether the passage passes it. `is_boilerplate`: a list of exhibits, a table of
    contents or signatures, which holds words and says nothing.
    """

    page: tuple[int, int] | None
    passes: tuple[bool, ...]
    is_boilerplate: bool


def traits(connection: sa.Connection, passage_ids: Sequence[int], sides: Sequence[PassageFilter] = ()) -> dict[int, Traits]:
    """The traits of each passage, read once; ids that do not exist are left out."""
    passes = [sa.and_(sa.true(), *filter_clauses(side)).label(f"side_{number}") for number, side in enumerate(sides)]
    rows = connection.execute(_TRAITS.add_columns(*passes), {"passage_ids": list(passage_ids)}).all()
    return {
        passage_id: Traits(
            (document_id, page) if page is not None else None, tuple(bool(each) for each in passed), bool(is_boilerplate)
        )
        for passage_id, document_id, page, is_boilerplate, *passed in rows
    }


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
    asked = sa.select(passages.c.cik).where(IS_ONE_OF)
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
        .where(IS_ONE_OF, passages.c.form.in_(forms))
    )
    return set(connection.scalars(result, {"passage_ids": list(passage_ids)}))


def _is_boilerplate() -> sa.ColumnElement[bool]:
    is_outside = passages.c.item.is_(None)
    may_list_exhibits = is_outside | passages.c.item.in_(_ITEMS_OF_EXHIBITS)
    return sa.or_(
        may_list_exhibits & (sa.func.regexp_count(passages.c.text, _EXHIBIT_ROW) >= _FEWEST_ROWS),
        is_outside & (sa.func.regexp_count(passages.c.text, _CONTENTS_ROW) >= _FEWEST_ROWS),
        may_list_exhibits & passages.c.text.regexp_match(_SIGNED),
    )


_TRAITS = sa.select(
    passages.c.passage_id, passages.c.document_id, passages.c.page, _is_boilerplate().label("is_boilerplate")
).where(IS_ONE_OF)
