"""The state of loading the starter data."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import companies, loaded_parts
from workbench.domain.identity import Cik, Company

# Names in `loaded_parts`: a company whose facts are loaded, and one whose statements and passages are prepared as well.
FACTS_PART = "starter facts"
PART = "starter"


def is_wanted(connection: sa.Connection, sha256: str, ciks: Iterable[Cik]) -> bool:
    """Whether there are no companies at all, or the load of just this starter file (by its hash) was left unfinished.

    A database that holds companies of a user's own choice never wants starter data.
    """
    if connection.scalar(sa.select(sa.exists(sa.select(companies.c.cik)))) is False:
        return True
    begun = sa.exists().where(loaded_parts.c.part.in_((FACTS_PART, PART)), loaded_parts.c.sha256 == sha256)
    if not connection.scalar(sa.select(begun)):
        return False
    numbers = {cik.number for cik in ciks}
    there = connection.scalar(sa.select(sa.func.count()).select_from(companies).where(companies.c.cik.in_(numbers)))
    return (there or 0) < len(numbers) or bool(unprepared(connection))


def unprepared(connection: sa.Connection) -> list[Cik]:
    """Companies of the starter file whose facts are loaded and whose statements and passages are not prepared, by CIK."""
    part = loaded_parts.c
    prepared = sa.select(part.cik).where(part.part == PART)
    query = sa.select(part.cik).where(part.part == FACTS_PART, part.cik.not_in(prepared)).order_by(part.cik)
    return [Cik(number) for number in connection.scalars(query)]


def claim(connection: sa.Connection, company: Company) -> bool:
    """True when the company was not here: its row is made, and others that would make it wait for this transaction.

    False for a company that is here, which is then left as it is; one that another transaction is bringing in is waited for.
    """
    insert = pg.insert(companies).values(cik=company.cik.number, name=company.name).on_conflict_do_nothing()
    return connection.scalar(insert.returning(companies.c.cik)) is not None
