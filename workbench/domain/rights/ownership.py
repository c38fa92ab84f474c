"""Whose work may be read and changed by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from workbench.domain.errors import InvalidRequest
from workbench.domain.rights.roles import Permission, Role, may

# The user at this machine, if no sign-in is needed; reserved as a user name.
LOCAL_USER = "local"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. Documents, reports, schedules and alerts are read by their owner and by the roles they are shared with.

    `role` is None for somebody who is not known, and for a user whose account is gone.
    """

    name: str
    role: Role | None

    @property
    def sees_all(self) -> bool:
        """Whether everybody's work may be read and changed."""
        return self.may(Permission.ALL_WORK)

    def may(self, permission: Permission) -> bool:
        """Whether the caller's role has a permission."""
        return self.role is not None and may(self.role, permission)

    @property
    def as_text(self) -> str:
        """The caller in one word, for a process that asks in the caller's name; `parse` reads it."""
        return f"{self.name}:{self.role.value if self.role else ''}"

    @classmethod
    def parse(cls, text: str) -> Caller:
        """The caller of `as_text`.

        >>> Caller.parse("ada:analyst")
        Caller(name='ada', role=<Role.ANALYST: 'analyst'>)
        """
        name, _, role = text.rpartition(":")
        return cls(name, Role(role) if role else None)


LOCAL = Caller(LOCAL_USER, Role.ADMINISTRATOR)
"""The person at this machine, commands and jobs."""
NOBODY = Caller("", None)
"""Sees filings, and nothing that anybody owns."""


class Shareable(StrEnum):
    """What an owner can share with roles."""

    DOCUMENTS = "documents"
    REPORTS = "reports"
    SCHEDULES = "schedules"
    WATCHLISTS = "watchlists"
    ALERTS = "alerts"
    VIEWS = "views"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who owns something, and which roles may read it."""

    kind: Shareable
    name: str
    owner: str
    roles: tuple[Role, ...]


def parse_roles(texts: Iterable[str]) -> tuple[Role, ...]:
    """The roles with these names, each once, in the order of their definition; raises InvalidRequest.

    >>> parse_roles(["analyst", "viewer", "analyst"])
    (<Role.VIEWER: 'viewer'>, <Role.ANALYST: 'analyst'>)
    """
    wanted = set(texts)
    if unknown := wanted - set(Role):
        names = ", ".join(Role)
        raise InvalidRequest(f"{min(unknown)!r} is no role", hint=f"the roles are {names}")
    return tuple(role for role in Role if role in wanted)
