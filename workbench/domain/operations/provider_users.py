"""Users as an identity provider describes them: who they are there, and which role follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.errors import NotAuthenticated
from workbench.domain.rights.roles import Role

_LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2


@dataclass(frozen=True, slots=True)
class ProviderUser:
    """A user of a provider. Issuer and subject alone identify one (OpenID Connect Core 1.0, section 5.7).

    `name` is what the provider suggests for a new account, empty without one; it identifies nobody. `role` is None for a
    user who may not use the workbench.
    """

    issuer: str
    subject: str
    name: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """How claims become a name and a role."""

    name_claim: str
    role_claim: str
    roles: Mapping[str, Role]
    default_role: Role | None

    def user_of(self, claims: Mapping[str, Any]) -> ProviderUser:
        """The user of verified claims; raises NotAuthenticated for a subject that is no identifier."""
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
            raise NotAuthenticated("the provider names no user")
        name = _at(claims, self.name_claim)
        return ProviderUser(
            str(claims["iss"]), subject, name if isinstance(name, str) else "", self._role(_at(claims, self.role_claim))
        )

    def _role(self, groups: object) -> Role | None:
        """
        >>> rules = ClaimRules("name", "groups", {"staff": Role.VIEWER, "desk": Role.ANALYST}, None)
        >>> rules._role(["staff", "desk", "choir"]).value, rules._role("staff").value, rules._role(["choir"])
        ('analyst', 'viewer', None)
        """
        listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, Sequence) else []
        granted = {self.roles[group] for group in listed if isinstance(group, str) and group in self.roles}
        return next((role for role in reversed(Role) if role in granted), self.default_role)


def _at(claims: Mapping[str, Any], path: str) -> object:
    """The claim of that name, or at that path.

    >>> _at({"realm_access": {"roles": ["desk"]}}, "realm_access.roles"), _at({"a.b": "x"}, "a.b"), _at({}, "a.b")
    (['desk'], 'x', None)
    """
    if path in claims:
        return claims[path]
    value: object = claims
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
