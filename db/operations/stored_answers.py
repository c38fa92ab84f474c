"""Answers of the API as they are sent, stored with the version of what they follow from: one indexed read, or none."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.engine import Database
from db.tables import stored_answers
from db.timeouts import BoundedAsyncConnection
from workbench.domain.errors import DatabaseUnavailable

logger = logging.getLogger(__name__)

# The version is read before what the answer follows from: what comes in between makes an answer newer than it says.
_FIND = """
    select c.cik, coalesce(v.version, 0), a.etag, a.gzipped
    from companies c
    left join answer_versions v using (cik)
    left join stored_answers a
      on a.question = %(question)s and a.cik = c.cik and a.version = coalesce(v.version, 0) and a.code = %(code)s
    where c.cik = coalesce(%(cik)s, (select cik from company_tickers where ticker = %(ticker)s))
"""
# Each holds a connection for as long as a read takes, which is short.
_MOST_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """The version of a company now, and the stored answer to a question about it: its entity tag and its gzipped JSON."""

    cik: int
    version: int
    etag: str | None
    gzipped: bytes | None


class AnswerReader:
    """Reads stored answers on the event loop, over connections of its own that commit each statement: one round trip."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._timeouts = database.timeouts
        self._free: list[BoundedAsyncConnection] = []
        self._turn = asyncio.Semaphore(_MOST_CONNECTIONS)

    async def find(self, question: str, code: str, *, cik: int | None, ticker: str | None) -> Stored | None:
        """What is stored of a question about the company with this CIK or ticker, written by this code.

        None for an unknown company, and when the database does not answer: the next question to it says why.
        """
        named = {"question": question, "code": code, "cik": cik, "ticker": ticker}
        async with self._turn:
            connection: BoundedAsyncConnection | None = None
            try:
                connection = self._free.pop() if self._free else await self._opened()
                row = await (await connection.execute(_FIND, named, prepare=True, binary=True)).fetchone()
            except (psycopg.Error, DatabaseUnavailable) as error:
                logger.info("stored answers cannot be read for a moment: %s", error)
                if connection is not None:
                    await connection.close()
                return None
            self._free.append(connection)
        return Stored(row[0], row[1], row[2], row[3]) if row is not None else None

    async def close(self) -> None:
        """Closes its connections."""
        while self._free:
            await self._free.pop().close()

    async def _opened(self) -> BoundedAsyncConnection:
        connection = await BoundedAsyncConnection.connect(
            self._database.libpq_url, autocommit=True, **self._timeouts.connection_parameters()  # type: ignore[arg-type]
        )  # fmt: skip
        connection.answer_seconds = self._timeouts.connect_seconds
        return connection


def save_answer(
    connection: sa.Connection, question: str, *, cik: int, version: int, code: str, etag: str, gzipped: bytes
) -> None:
    """Stores an answer that follows from this version of the company; an earlier one to the same question is replaced."""
    values = {"cik": cik, "version": version, "code": code, "etag": etag, "gzipped": gzipped, "stored_at": sa.func.now()}
    insert = pg.insert(stored_answers).values(question=question, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["question"], set_=values))


def forget_old_answers(connection: sa.Connection, before: datetime) -> int:
    """Deletes answers that were stored before this time; returns their number."""
    return connection.execute(sa.delete(stored_answers).where(stored_answers.c.stored_at < before)).rowcount
