"""What filings changed, stored beside the facts it follows from: computed ahead, never edited by hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import JSONB

from db.statements.rules_digest import RULES
from db.tables import companies, fact_versions, stored_restatement_lists, stored_restatements
from workbench.domain.facts.restated_concepts import RestatedConcept, RestatementList
from workbench.domain.facts.restatements import Change
from workbench.domain.identity import Cik, Company

_LIST = sa.text(
    """
    select l.filings_from from stored_restatement_lists l left join fact_versions v on v.cik = l.cik
    where l.cik = :cik and l.reader = :reader and l.facts_version = coalesce(v.version, 0)
    """
)
# A filing stays what it was: on an earlier day its entry was the same, or was not there yet.
_IN_RANGE = (
    "cik = :cik and filed_on <= coalesce(cast(:as_of as date), 'infinity') "
    "and filed_on >= coalesce(cast(:since as date), '-infinity')"
)
_COUNTS = sa.text(
    f"select kind, count(*) from stored_restatements where {_IN_RANGE} group by kind order by min(place)"  # noqa: S608  # nosec B608
)
_ENTRIES = sa.text(
    f"select content from stored_restatements where {_IN_RANGE} "  # noqa: S608  # nosec B608
    "and (cast(:kinds as text[]) = '{}' or kinds && cast(:kinds as text[])) "
    "order by place limit :limit offset :offset"
)


def stored_list(
    connection: sa.Connection,
    company: Company,
    as_of: date | None,
    *,
    kinds: Collection[Change] = (),
    since: date | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> RestatementList | None:
    """The part of a company's list that `restatements` asks for; None if facts or rules have changed since it was stored."""
    head = connection.execute(_LIST, {"cik": company.cik.number, "reader": RULES}).one_or_none()
    if head is None:
        return None
    asked = {"cik": company.cik.number, "as_of": as_of, "since": since}
    counts = {Change(kind): count for kind, count in connection.execute(_COUNTS, asked)}
    page = {"kinds": [kind.value for kind in kinds], "limit": limit, "offset": offset}
    entries = tuple(_codec().validate_json(content) for content in connection.scalars(_ENTRIES, asked | page))
    return RestatementList(company, as_of, head.filings_from, counts, entries)


def latest_restatements(
    connection: sa.Connection,
    *,
    ciks: Collection[Cik] | None = None,
    kinds: Collection[Change] = (),
    since: date | None = None,
    as_of: date | None = None,
    is_of_lines: bool = False,
    limit: int,
    offset: int = 0,
) -> list[tuple[Cik, RestatedConcept]]:
    """What filings of all companies, or of those in `ciks`, changed: the newest filing first, of each what matters most first.

    `is_of_lines` leaves out figures of notes. Companies whose facts have changed since their list was stored are left out: the
    job `metrics` brings them up to date.
    """
    stored = stored_restatements.c
    query = sa.select(stored.cik, stored.content).where(stored.cik.in_(companies_with_lists()))
    if ciks is not None:
        query = query.where(stored.cik.in_([cik.number for cik in ciks]))
    if as_of is not None:
        query = query.where(stored.filed_on <= as_of)
    if since is not None:
        query = query.where(stored.filed_on >= since)
    if is_of_lines:
        query = query.where(sa.func.jsonb_array_length(sa.cast(stored.content, JSONB)["changes"][0]["lines"]) > 0)
    if kinds:
        query = query.where(stored.kinds.overlap([kind.value for kind in kinds]))
    ordered = query.order_by(stored.filed_on.desc(), stored.cik, stored.place).limit(limit).offset(offset)
    return [(Cik(row.cik), _codec().validate_json(row.content)) for row in connection.execute(ordered)]


def save_list(connection: sa.Connection, restatement_list: RestatementList, *, version: int) -> None:
    """Replaces what is stored for a company with its whole list, computed from the facts of this version."""
    cik = restatement_list.company.cik.number
    connection.execute(sa.delete(stored_restatement_lists).where(stored_restatement_lists.c.cik == cik))
    head = {"cik": cik, "reader": RULES, "facts_version": version, "filings_from": restatement_list.filings_from}
    connection.execute(sa.insert(stored_restatement_lists).values(head))
    rows = [
        {
            "cik": cik, "place": place, "kind": entry.kind.value, "kinds": sorted(kind.value for kind in entry.kinds),
            "filed_on": entry.foremost.after.filed_on, "content": _codec().dump_json(entry).decode(),
        }
        for place, entry in enumerate(restatement_list.restated)
    ]  # fmt: skip
    if rows:
        connection.execute(sa.insert(stored_restatements), rows)


def is_list_stored(connection: sa.Connection, cik: Cik) -> bool:
    """Whether a company's list is stored as its facts and these rules make it."""
    return connection.execute(_LIST, {"cik": cik.number, "reader": RULES}).one_or_none() is not None


def companies_with_lists() -> sa.Select[tuple[int]]:
    """The query for the companies of which that is so."""
    stored = stored_restatement_lists.c
    version = sa.func.coalesce(fact_versions.c.version, 0)
    return (
        sa.select(stored.cik)
        .join(companies, companies.c.cik == stored.cik)
        .outerjoin(fact_versions, fact_versions.c.cik == stored.cik)
        .where(stored.facts_version == version, stored.reader == RULES)
    )


@cache
def _codec() -> TypeAdapter[RestatedConcept]:
    # Numbers are text in it, with the digits that were filed.
    return TypeAdapter(RestatedConcept)
