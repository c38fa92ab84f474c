"""Who may use the workbench: names, roles, and what a password must be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.errors import InvalidIdentifier, InvalidRequest

# The person at this machine, where no password is asked for; nobody can be called so.
LOCAL_USER = "local"

# NIST SP 800-63B asks for length and forbids composition rules; twelve is our own lower bound.
SHORTEST_PASSWORD = 12
# argon2 reads any length; a bound keeps a request from buying seconds of our processor.
LONGEST_PASSWORD = 1024
_FEWEST_DIFFERENT = 6
_LONGEST_LABEL = 80

_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Role(StrEnum):
    """What somebody may do: readers read, analysts also save their own work, administrators also manage users."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class User:
    """One account. An account that is not active cannot sign in, and its tokens are refused."""

    user_id: int
    name: str
    role: Role
    is_active: bool
    created_at: datetime


class Scope(StrEnum):
    """What an API key is good for: with `write` whatever an analyst may, as far as its owner may; else reading."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key of a user's, without the secret, which is kept nowhere; `prefix` is how it begins."""

    key_id: int
    user_name: str
    label: str
    prefix: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def role_by_key(role: Role, scopes: frozenset[Scope]) -> Role:
    """What the bearer of a key may do: never more than its owner, and accounts are not managed by keys.

    >>> role_by_key(Role.ADMINISTRATOR, frozenset({Scope.READ, Scope.WRITE})).value
    'analyst'
    >>> role_by_key(Role.ANALYST, frozenset({Scope.READ})).value
    'reader'
    """
    return Role.READER if Scope.WRITE not in scopes or role is Role.READER else Role.ANALYST


def check_label(text: str) -> str:
    """The label of a key without spaces around it; raises InvalidRequest for an empty or long one."""
    label = text.strip()
    if not label or len(label) > _LONGEST_LABEL or not label.isprintable():
        raise InvalidRequest(f"a key's label has 1 to {_LONGEST_LABEL} characters, on one line")
    return label


def parse_user_name(text: str) -> str:
    """The name in lower case; raises InvalidIdentifier unless it is 1 to 64 of a-z, 0-9, `.`, `_`, `@`, `-`.

    >>> parse_user_name(" Ada@example.org")
    'ada@example.org'
    """
    name = text.strip().lower()
    if not _USER_NAME.fullmatch(name):
        raise InvalidIdentifier("a user name has 1 to 64 letters a-z, digits or . _ @ - and begins with a letter or digit")
    if name == LOCAL_USER:
        raise InvalidIdentifier(f"{LOCAL_USER!r} means the person at this machine and cannot be a user's name")
    return name


def check_password(password: str, *, name: str) -> None:
    """Raises InvalidRequest when `password` is too weak for the user `name`: short, monotonous, or the name itself."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidRequest(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters")
    if len(set(password)) < _FEWEST_DIFFERENT:
        raise InvalidRequest(f"a password has at least {_FEWEST_DIFFERENT} different characters")
    if name in password.lower():
        raise InvalidRequest("a password does not contain the user's name")
