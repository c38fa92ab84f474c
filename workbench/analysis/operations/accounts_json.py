"""Accounts, sessions and signing keys as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, utc_text
from workbench.domain.operations.accounts import User
from workbench.domain.operations.sessions import Session, SessionKind, SigningKey, SignInMethod
from workbench.domain.rights.roles import Role


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


class UserAnswer(TypedDict, closed=True):
    """One account; one that is not active cannot sign in."""

    name: str
    role: Role
    is_active: bool
    created_at: IsoTime


class UsersAnswer(TypedDict, closed=True):
    """Accounts by name."""

    users: list[UserAnswer]


class DeletedUserAnswer(TypedDict, closed=True):
    """A deleted account, and how much of each kind it owned: given to another user, or deleted too."""

    deleted: str
    given_to: str | None
    documents: int
    reports: int
    schedules: int
    watchlists: int
    alerts: int
    views: int
    notes: int


class ResetLinkAnswer(TypedDict, closed=True):
    """A one-time link for a new password."""

    link: str
    valid_seconds: int


class SecondFactorAnswer(TypedDict, closed=True):
    """The secret of one-time codes in base32, and the `otpauth:` URI with it that an app reads as a QR code."""

    secret: str
    uri: str


class RecoveryCodesAnswer(TypedDict, closed=True):
    """Codes that replace a one-time code, each once."""

    recovery_codes: list[str]


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


def user_answer(user: User) -> UserAnswer:
    """One account."""
    return {
        "name": user.name,
        "role": user.role,
        "is_active": user.is_active,
        "created_at": utc_text(user.created_at),
    }


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
