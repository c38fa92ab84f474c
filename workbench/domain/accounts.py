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
