"""Sessions of browsers and programs, and the keys that sign access tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# A second use of a refresh token within this time, from the same address, is the race of one client with itself: two
# requests at once, or an answer that was lost and asked for again.
REUSE_GRACE = timedelta(seconds=10)

_LONGEST_CLIENT = 200


class SessionKind(StrEnum):
    """Who holds the session: a browser by its cookie, a program by its tokens."""

    BROWSER = "browser"
    PROGRAM = "program"


class SignInMethod(StrEnum):
    """How the user signed in."""

    PASSWORD = "password"  # noqa: S105  a word, no secret
    SECOND_FACTOR = "second_factor"
    PROVIDER = "provider"


class EndReason(StrEnum):
    """Why a session ended before it expired."""

    SIGNED_OUT = "signed_out"
    ENDED_BY_OWNER = "ended_by_owner"
    ENDED_BY_ADMINISTRATOR = "ended_by_administrator"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    ACCOUNT_DISABLED = "account_disabled"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105
    ROLE_WITHDRAWN = "role_withdrawn"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. `address` and `client` (the User-Agent header) are those that signed in."""

    session_id: str
    user_name: str
    kind: SessionKind
    method: SignInMethod
    address: str
    client: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    end_reason: EndReason | None

    def is_open(self, now: datetime) -> bool:
        """Whether the session has neither ended nor expired."""
        return self.ended_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs access tokens, without its secret. `verifies_until` is None for a key that may still sign."""

    kid: str
    created_at: datetime
    verifies_until: datetime | None


def client_text(user_agent: str) -> str:
    """The User-Agent header as it is stored: printable, on one line, at most 200 characters.

    >>> client_text("curl/8.5.0"), client_text("")
    ('curl/8.5.0', 'unknown')
    """
    text = "".join(letter for letter in user_agent if letter.isprintable()).strip()
    return text[:_LONGEST_CLIENT] or "unknown"
