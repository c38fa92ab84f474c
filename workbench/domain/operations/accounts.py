"""Who may use the workbench: names, roles, and what a password must be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.errors import InvalidIdentifier, InvalidRequest
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.domain.rights.roles import Role

# NIST SP 800-63B-4, section 3.1.1.2: 15 characters for a password that can be the only factor; no rules of composition.
SHORTEST_PASSWORD = 15
# argon2 accepts any length; a bound keeps a request from using seconds of processor time.
LONGEST_PASSWORD = 1024
_FEWEST_DIFFERENT = 6
# What an attacker tries first here: words of the product, of which a password may consist only in part.
_PRODUCT_WORDS = frozenset({"corporate", "intelligence", "workbench", "administrator", "analyst"})
_FEWEST_BESIDE_WORDS = 8
_SHORTEST_WORD = 3
_LONGEST_LABEL = 80
_ADVICE = "several random words make a good passphrase"

_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@dataclass(frozen=True, slots=True)
class User:
    """One account. An account that is not active cannot sign in, and its tokens are refused."""

    user_id: int
    name: str
    role: Role
    is_active: bool
    created_at: datetime


class Scope(StrEnum):
    """The scope of an API key: `write` allows what its owner's role does, short of administration, `read` reading."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One API key of a user, without the secret, which is not stored; `prefix` is its first characters."""

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
        """Whether the key is valid."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def role_by_key(role: Role, scopes: frozenset[Scope]) -> Role:
    """The role of a request with a key: never more than its owner's, and never administrator.

    >>> role_by_key(Role.ADMINISTRATOR, frozenset({Scope.READ, Scope.WRITE})).value
    'analyst'
    >>> role_by_key(Role.ANALYST, frozenset({Scope.READ})).value
    'viewer'
    """
    if Scope.WRITE not in scopes:
        return Role.VIEWER
    return Role.ANALYST if role is Role.ADMINISTRATOR else role


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


def context_words(name: str) -> frozenset[str]:
    """Words that a password of the user `name` must not be made of: the name, its parts, and words of the product.

    >>> sorted(context_words("ada.l@example.org") - context_words("x"))
    ['ada', 'ada.l@example.org', 'example', 'org']
    """
    parts = {name, *re.split(r"[._@-]+", name)}
    return _PRODUCT_WORDS | {part for part in parts if len(part) >= _SHORTEST_WORD}


def check_password(password: str, *, name: str) -> None:
    """Raises InvalidRequest if `password` is too weak for the user `name`: short, repetitive, or made of words of its context.

    Whether it is a common one is checked where the list is, in `api/security/passwords.py`.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidRequest(f"a password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters", hint=_ADVICE)
    if len(set(password)) < _FEWEST_DIFFERENT:
        raise InvalidRequest(f"a password must have at least {_FEWEST_DIFFERENT} different characters", hint=_ADVICE)
    rest = password.lower()
    if len(name) >= _SHORTEST_WORD and name in rest:
        raise InvalidRequest("a password must not contain the user's name", hint=_ADVICE)
    for word in sorted(context_words(name), key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(re.sub(r"\s", "", rest)) < _FEWEST_BESIDE_WORDS:
        raise InvalidRequest("a password must not consist of the user's name and words of this product", hint=_ADVICE)
