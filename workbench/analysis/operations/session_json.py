"""Sessions and signing keys as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, utc_text
from workbench.domain.operations.sessions import Session, SessionKind, SigningKey, SignInMethod


class SessionAnswer(TypedDict, closed=True):
    """One open session; `address` and `client` are those that signed in, `is_current` says whether it sent this request."""

    session: str
    user: str
    kind: SessionKind
    method: SignInMethod
    address: str
    client: str
    created_at: IsoTime
    last_used_at: IsoTime
    expires_at: IsoTime
    is_current: bool


class SessionsAnswer(TypedDict, closed=True):
    """Open sessions, last used first."""

    sessions: list[SessionAnswer]


class EndedSessionsAnswer(TypedDict, closed=True):
    """How many sessions were ended."""

    ended: int


class SigningKeyAnswer(TypedDict, closed=True):
    """One key that verifies access tokens; without `verifies_until` it also signs them."""

    kid: str
    created_at: IsoTime
    verifies_until: IsoTime | None


class SigningKeysAnswer(TypedDict, closed=True):
    """The keys that verify access tokens, newest first."""

    signing_keys: list[SigningKeyAnswer]


def session_answer(session: Session, *, current: str | None = None) -> SessionAnswer:
    """One session; `current` is the id of the caller's."""
    return {
        "session": session.session_id,
        "user": session.user_name,
        "kind": session.kind,
        "method": session.method,
        "address": session.address,
        "client": session.client,
        "created_at": utc_text(session.created_at),
        "last_used_at": utc_text(session.last_used_at),
        "expires_at": utc_text(session.expires_at),
        "is_current": session.session_id == current,
    }


def sessions_answer(sessions: Iterable[Session], *, current: str | None = None) -> SessionsAnswer:
    """The sessions in the order given."""
    return {"sessions": [session_answer(session, current=current) for session in sessions]}


def signing_keys_answer(keys: Iterable[SigningKey]) -> SigningKeysAnswer:
    """The keys in the order given."""
    return {
        "signing_keys": [
            {
                "kid": key.kid,
                "created_at": utc_text(key.created_at),
                "verifies_until": utc_text(key.verifies_until) if key.verifies_until else None,
            }
            for key in keys
        ]
    }
