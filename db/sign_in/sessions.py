"""Sessions and their refresh tokens, found by the hash of their secret; who makes secrets is `api/security`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from db.operations.accounts import get_user, user_of_row
from db.tables import refresh_tokens, sessions, users
from workbench.domain.errors import NotFound
from workbench.domain.operations.accounts import User
from workbench.domain.operations.sessions import EndReason, Session, SessionKind, SignInMethod

_OWNER = (users.c.name, users.c.role, users.c.is_active, users.c.created_at.label("user_created_at"))


def add_session(
    connection: sa.Connection,
    session_id: str,
    user_id: int,
    *,
    kind: SessionKind,
    method: SignInMethod,
    address: str,
    client: str,
    expires_at: datetime,
    cookie_sha256: str | None = None,
) -> Session:
    """The new session; one of a browser has the hash of its cookie."""
    values = {
        "session_id": session_id,
        "user_id": user_id,
        "kind": kind.value,
        "method": method.value,
        "address": address,
        "client": client,
        "expires_at": expires_at,
        "cookie_sha256": cookie_sha256,
    }
    connection.execute(sa.insert(sessions).values(values))
    return _session(connection.execute(_sessions().where(sessions.c.session_id == session_id)).one())


def find_session(connection: sa.Connection, session_id: str) -> tuple[User, Session] | None:
    """The session and its user, whether or not it is open; None if there is none."""
    return _with_owner(connection.execute(_sessions().where(sessions.c.session_id == session_id)).one_or_none())


def find_by_cookie(connection: sa.Connection, cookie_sha256: str) -> tuple[User, Session] | None:
    """The session of the browser that has the cookie with this hash, and its user; None if there is none."""
    return _with_owner(connection.execute(_sessions().where(sessions.c.cookie_sha256 == cookie_sha256)).one_or_none())


def list_sessions(connection: sa.Connection, user_name: str | None = None) -> list[Session]:
    """The open sessions of one user, or of all, last used first. Raises NotFound for an unknown user."""
    is_open = sa.and_(sessions.c.ended_at.is_(None), sessions.c.expires_at > sa.func.now())
    query = _sessions().where(is_open).order_by(sessions.c.last_used_at.desc(), sessions.c.session_id)
    if user_name is not None:
        query = query.where(sessions.c.user_id == get_user(connection, user_name).user_id)
    return [_session(row) for row in connection.execute(query)]


def end_session(
    connection: sa.Connection, session_id: str, reason: EndReason, at: datetime, *, user_name: str | None = None
) -> Session:
    """The ended session; raises NotFound unless it is there and open, and `user_name`'s own if that is given."""
    is_it = sa.and_(sessions.c.session_id == session_id, sessions.c.ended_at.is_(None), sessions.c.expires_at > at)
    if user_name is not None:
        is_it = sa.and_(is_it, sessions.c.user_id == get_user(connection, user_name).user_id)
    ended = connection.scalar(
        sa.update(sessions).where(is_it).values(ended_at=at, end_reason=reason.value).returning(sessions.c.session_id)
    )
    if ended is None:
        raise NotFound(f"there is no open session {session_id}")
    return _session(connection.execute(_sessions().where(sessions.c.session_id == session_id)).one())


def end_sessions(
    connection: sa.Connection, user_id: int, reason: EndReason, at: datetime, *, but: str | None = None
) -> Sequence[str]:
    """Ends the user's open sessions, except the session `but`; returns the ids of those that ended."""
    is_open = sa.and_(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None), sessions.c.expires_at > at)
    if but is not None:
        is_open = sa.and_(is_open, sessions.c.session_id != but)
    statement = sa.update(sessions).where(is_open).values(ended_at=at, end_reason=reason.value)
    return connection.execute(statement.returning(sessions.c.session_id)).scalars().all()


def has_session_from(connection: sa.Connection, user_id: int, address: str) -> bool:
    """Whether the user ever signed in from this address, as far as sessions are stored."""
    is_it = sa.and_(sessions.c.user_id == user_id, sessions.c.address == address)
    return connection.scalar(sa.select(sa.exists().where(is_it))) is True


def note_use(connection: sa.Connection, session_id: str, at: datetime) -> None:
    """Records that the session was used."""
    connection.execute(sa.update(sessions).where(sessions.c.session_id == session_id).values(last_used_at=at))


def forget_sessions(connection: sa.Connection, before: datetime) -> int:
    """Deletes sessions that ended or expired before this time, with their refresh tokens; returns their number."""
    is_over = sa.or_(sessions.c.ended_at < before, sessions.c.expires_at < before)
    return connection.execute(sa.delete(sessions).where(is_over)).rowcount


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token, with its session and user; `used_at` and `used_from` are those of its first use, if any."""

    user: User
    session: Session
    used_at: datetime | None
    used_from: str | None


def add_refresh_token(connection: sa.Connection, session_id: str, token_sha256: str) -> None:
    """Stores the hash of a new refresh token of the session."""
    connection.execute(sa.insert(refresh_tokens).values(session_id=session_id, token_sha256=token_sha256))


def lock_refresh_token(connection: sa.Connection, token_sha256: str) -> RefreshToken | None:
    """The refresh token with this hash; another transaction that locks it waits for the end of this one. None: unknown."""
    lock = sa.select(refresh_tokens).where(refresh_tokens.c.token_sha256 == token_sha256).with_for_update()
    row = connection.execute(lock).one_or_none()
    owner = find_session(connection, row.session_id) if row is not None else None
    return None if row is None or owner is None else RefreshToken(*owner, row.used_at, row.used_from)


def is_unused(connection: sa.Connection, token_sha256: str) -> bool:
    """Whether there is a refresh token with this hash that was not used."""
    is_it = sa.and_(refresh_tokens.c.token_sha256 == token_sha256, refresh_tokens.c.used_at.is_(None))
    return connection.scalar(sa.select(sa.exists().where(is_it))) is True


def note_exchange(connection: sa.Connection, token_sha256: str, at: datetime, address: str) -> None:
    """Records the first use of a refresh token."""
    is_it = refresh_tokens.c.token_sha256 == token_sha256
    connection.execute(sa.update(refresh_tokens).where(is_it).values(used_at=at, used_from=address))


def _sessions() -> sa.Select[Any]:
    return sa.select(sessions, *_OWNER).join(users, users.c.user_id == sessions.c.user_id)


def _with_owner(row: Any) -> tuple[User, Session] | None:
    return None if row is None else (user_of_row(row, created_at=row.user_created_at), _session(row))


def _session(row: Any) -> Session:
    return Session(
        session_id=row.session_id,
        user_name=row.name,
        kind=SessionKind(row.kind),
        method=SignInMethod(row.method),
        address=row.address,
        client=row.client,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
    )
