"""The version of a company's facts: a number that changes with each change of the facts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import fact_versions
from workbench.domain.identity import Cik


def facts_changed(connection: sa.Connection, cik: Cik) -> None:
    """Changes the version; call it in each transaction that writes facts of a company or inputs of its statements."""
    row = pg.insert(fact_versions).values(cik=cik.number, version=1)
    row = row.on_conflict_do_update(index_elements=["cik"], set_={"version": fact_versions.c.version + 1})
    connection.execute(row)


def facts_version(connection: sa.Connection, cik: Cik) -> int:
    """A number that changes with each change of a company's facts; 0 before the first."""
    return connection.scalar(sa.select(fact_versions.c.version).where(fact_versions.c.cik == cik.number)) or 0
