"""Roles, permissions and sharing as JSON."""

from __future__ import annotations

from typing_extensions import TypedDict

from workbench.domain.rights.ownership import Shareable, Sharing
from workbench.domain.rights.roles import ABOUT_PERMISSIONS, ABOUT_ROLES, PERMISSIONS, Permission, Role


class PermissionAnswer(TypedDict, closed=True):
    """A permission and what it allows."""

    name: str
    about: str


class RoleAnswer(TypedDict, closed=True):
    """A role, what it is for, and the names of its permissions."""

    name: str
    about: str
    permissions: list[str]


class RolesAnswer(TypedDict, closed=True):
    """Every role, the one with the fewest permissions first, and every permission."""

    roles: list[RoleAnswer]
    permissions: list[PermissionAnswer]


class SharingAnswer(TypedDict, closed=True):
    """Who owns something, and the roles whose users may read it as well."""

    kind: Shareable
    name: str
    owner: str
    roles: list[str]


def sharing_answer(sharing: Sharing) -> SharingAnswer:
    """How something is shared."""
    roles = [role.value for role in sharing.roles]
    return {"kind": sharing.kind, "name": sharing.name, "owner": sharing.owner, "roles": roles}


def roles_answer() -> RolesAnswer:
    """The roles and permissions that there are, in the order of their definition."""
    return {
        "roles": [{"name": role.value, "about": ABOUT_ROLES[role], "permissions": _granted(role)} for role in Role],
        "permissions": [{"name": each.value, "about": ABOUT_PERMISSIONS[each]} for each in Permission],
    }


def _granted(role: Role) -> list[str]:
    return [permission.value for permission in Permission if permission in PERMISSIONS[role]]
