"""Idempotency keys: a request that is repeated with its key gets the answer that it got first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import idempotency_keys
from workbench.domain.errors import KeyReused, StillInProgress

# As long as the documentation says that a key is remembered.
LIFETIME = timedelta(hours=24)
# The process of a request that is being answered for longer is taken to be gone.
_LONGEST = timedelta(minutes=10)
_RETRY_SECONDS = 1.0
MOST_OF_A_USER = 1000
"""Answers that are stored for one user; the oldest make room."""

_columns = idempotency_keys.c


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with an idempotency key: whose it is, and a digest of what is asked."""

    owner: str
    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as it was sent."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


def begin(connection: sa.Connection, request: KeyedRequest, now: datetime) -> RecordedAnswer | None:
    """The answer that this request got before; None if it is the first, which `settle` or `forget` ends.

    Raises KeyReused if another request had the key, and StillInProgress while the first one is being answered.
    """
    own = _columns.owner == request.owner
    is_over = sa.or_(_columns.begun_at < now - LIFETIME, _columns.status.is_(None) & (_columns.begun_at < now - _LONGEST))
    connection.execute(sa.delete(idempotency_keys).where(own, is_over))
    row = {"owner": request.owner, "key": request.key, "request_sha256": request.sha256, "begun_at": now}
    claim = pg.insert(idempotency_keys).values(row).on_conflict_do_nothing().returning(_columns.key)
    if connection.execute(claim).one_or_none() is not None:
        _make_room(connection, request.owner)
        return None
    first = connection.execute(sa.select(idempotency_keys).where(own, _columns.key == request.key)).one_or_none()
    if first is not None and first.request_sha256 != request.sha256:
        raise KeyReused(
            "the Idempotency-Key was sent with another request before", hint="send a new key with each new request"
        )
    if first is None or first.status is None:
        raise StillInProgress("the request with this Idempotency-Key is being answered", retry_after_seconds=_RETRY_SECONDS)
    return RecordedAnswer(first.status, [(name, value) for name, value in first.headers], first.body)


def settle(connection: sa.Connection, request: KeyedRequest, answer: RecordedAnswer) -> None:
    """Stores the answer of a request that was begun."""
    values = {"status": answer.status, "headers": [list(pair) for pair in answer.headers], "body": answer.body}
    connection.execute(sa.update(idempotency_keys).where(*_this(request)).values(values))


def forget(connection: sa.Connection, request: KeyedRequest) -> None:
    """Frees the key of a request that was begun and made nothing."""
    connection.execute(sa.delete(idempotency_keys).where(*_this(request)))


def forget_old_keys(connection: sa.Connection, now: datetime) -> int:
    """Deletes the keys that are no longer remembered; returns their number."""
    return connection.execute(sa.delete(idempotency_keys).where(_columns.begun_at < now - LIFETIME)).rowcount


def forget_keys_of(connection: sa.Connection, owner: str) -> None:
    """Deletes all keys of a user."""
    connection.execute(sa.delete(idempotency_keys).where(_columns.owner == owner))


def _this(request: KeyedRequest) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _columns.owner == request.owner,
        _columns.key == request.key,
        _columns.request_sha256 == request.sha256,
        _columns.status.is_(None),
    )


def _make_room(connection: sa.Connection, owner: str) -> None:
    oldest = (
        sa.select(_columns.key)
        .where(_columns.owner == owner, _columns.status.is_not(None))
        .order_by(_columns.begun_at.desc())
        .offset(MOST_OF_A_USER - 1)
    )
    connection.execute(sa.delete(idempotency_keys).where(_columns.owner == owner, _columns.key.in_(oldest)))
