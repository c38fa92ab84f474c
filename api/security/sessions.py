"""Sessions: begin, refresh and end. Each change writes a row to the audit log."""

from __future__ import annotations

import base64
import hmac
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db.engine import Connection, Database
from db.operations import accounts, audit
from db.sign_in import sessions
from workbench.domain.errors import InvalidRequest, NotAuthenticated
from workbench.domain.operations.accounts import User, parse_user_name
from workbench.domain.operations.sessions import (
    REUSE_GRACE,
    EndReason,
    Session,
    SessionKind,
    SignInMethod,
    client_text,
)
from workbench.domain.rights.random_secrets import fingerprint, new_secret

_COOKIE_MARK, _REFRESH_MARK = "wbs_", "wbr_"


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from: the address, and the User-Agent header."""

    address: str
    client: str


def begin_browser_session(
    database: Database, user: User, method: SignInMethod, caller: Caller, lifetime: timedelta
) -> tuple[Session, str]:
    """The new session and the value of its cookie."""
    cookie = new_secret(_COOKIE_MARK)
    with database.write() as connection:
        session = _begin(connection, user, caller, kind=SessionKind.BROWSER, method=method, lifetime=lifetime, cookie=cookie)
    return session, cookie


def begin_program_session(
    database: Database, user: User, method: SignInMethod, caller: Caller, lifetime: timedelta
) -> tuple[Session, str]:
    """The new session and its first refresh token."""
    token = new_secret(_REFRESH_MARK)
    with database.write() as connection:
        session = _begin(connection, user, caller, kind=SessionKind.PROGRAM, method=method, lifetime=lifetime)
        sessions.add_refresh_token(connection, session.session_id, fingerprint(token))
    return session, token


def refresh(database: Database, token: str, caller: Caller, *, key: bytes) -> tuple[User, Session, str]:
    """The user and session of a refresh token, and the next refresh token.

    Raises NotAuthenticated for a token that is unknown, of a session that is over, or used before. The last ends its session:
    either the owner or somebody who copied the token holds its successor. Within REUSE_GRACE the same address gets the same
    successor again, if that was not used: it is computed from the token and `key`, so there is one successor whatever happens.
    """
    now = datetime.now(UTC)
    successor = _REFRESH_MARK + base64.urlsafe_b64encode(
        hmac.digest(key, token.encode("utf-8", "surrogatepass"), "sha256")
    ).decode().rstrip("=")
    with database.write() as connection:
        stored = sessions.lock_refresh_token(connection, fingerprint(token))
        if stored is not None and stored.user.is_active and stored.session.is_open(now):
            if stored.used_at is None:
                sessions.note_exchange(connection, fingerprint(token), now, caller.address)
                sessions.add_refresh_token(connection, stored.session.session_id, fingerprint(successor))
                sessions.note_use(connection, stored.session.session_id, now)
                return stored.user, stored.session, successor
            is_race = now - stored.used_at <= REUSE_GRACE and stored.used_from == caller.address
            if is_race and sessions.is_unused(connection, fingerprint(successor)):
                return stored.user, stored.session, successor
            _end(connection, stored.session, EndReason.REFRESH_TOKEN_REUSED, now, actor=stored.user.name, caller=caller)
    raise NotAuthenticated("the refresh token is not valid", hint="sign in again at /api/v1/auth/token")


def end_session(
    database: Database, session_id: str, reason: EndReason, *, actor: str, user_name: str | None = None
) -> Session:
    """The ended session; raises NotFound unless it is open, and `user_name`'s own if that is given."""
    session_id = _parsed(session_id)
    with database.write() as connection:
        now = datetime.now(UTC)
        session = sessions.end_session(connection, session_id, reason, now, user_name=user_name)
        audit.record(connection, actor, "session.ended", name=session.user_name, session=session_id, reason=reason.value)
    return session


def end_sessions(database: Database, user_name: str, reason: EndReason, *, actor: str, but: str | None = None) -> int:
    """Ends the open sessions of a user, except the session `but`; returns their number. Raises NotFound."""
    user_name = parse_user_name(user_name)
    with database.write() as connection:
        return end_sessions_of(connection, accounts.get_user(connection, user_name), reason, actor=actor, but=but)


def end_sessions_of(connection: Connection, user: User, reason: EndReason, *, actor: str, but: str | None = None) -> int:
    """`end_sessions` in the transaction of another change of the account."""
    ended = sessions.end_sessions(connection, user.user_id, reason, datetime.now(UTC), but=but)
    for session_id in ended:
        audit.record(connection, actor, "session.ended", name=user.name, session=session_id, reason=reason.value)
    return len(ended)


def _begin(
    connection: Connection,
    user: User,
    caller: Caller,
    *,
    kind: SessionKind,
    method: SignInMethod,
    lifetime: timedelta,
    cookie: str | None = None,
) -> Session:
    return sessions.add_session(
        connection,
        str(uuid.uuid4()),
        user.user_id,
        kind=kind,
        method=method,
        address=caller.address,
        client=client_text(caller.client),
        expires_at=datetime.now(UTC) + lifetime,
        cookie_sha256=fingerprint(cookie) if cookie is not None else None,
    )


def _end(connection: Connection, session: Session, reason: EndReason, now: datetime, *, actor: str, caller: Caller) -> None:
    sessions.end_session(connection, session.session_id, reason, now)
    audit.record(
        connection, actor, "session.ended",
        name=session.user_name, session=session.session_id, reason=reason.value, address=caller.address,
    )  # fmt: skip


def _parsed(session_id: str) -> str:
    try:
        return str(uuid.UUID(session_id))
    except ValueError:
        raise InvalidRequest(f"{session_id!r} is not the id of a session") from None
