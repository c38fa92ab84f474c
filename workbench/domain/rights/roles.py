"""Roles and their permissions, as data: what a route or page needs, and who has it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """A user's role; `PERMISSIONS` says what each may do."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    RESEARCHER = "researcher"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a request needs; each route and page names exactly one."""

    READ = "read"
    COMPANIES_LOAD = "companies.load"
    DOCUMENTS_WRITE = "documents.write"
    WATCHLISTS_WRITE = "watchlists.write"
    ALERTS_WRITE = "alerts.write"
    VIEWS_WRITE = "views.write"
    NOTES_WRITE = "notes.write"
    REPORTS_RUN = "reports.run"
    SCHEDULES_WRITE = "schedules.write"
    SHARE = "share"
    OPERATIONS_READ = "operations.read"
    AUDIT_READ = "audit.read"
    ACCOUNTS_WRITE = "accounts.write"
    SETTINGS_WRITE = "settings.write"
    ALL_WORK = "work.all"


ABOUT_PERMISSIONS: Mapping[Permission, str] = {
    Permission.READ: "Read and export companies, filings, figures and prices, search, and read shared work",
    Permission.COMPANIES_LOAD: "Load companies from the SEC",
    Permission.DOCUMENTS_WRITE: "Add documents, and remove own ones",
    Permission.WATCHLISTS_WRITE: "Create, change and remove own watchlists",
    Permission.ALERTS_WRITE: "Create and remove own alerts, and test notification channels",
    Permission.VIEWS_WRITE: "Save, change and delete own screens, charts and comparisons",
    Permission.NOTES_WRITE: "Write and delete own notes, and mark filings as reviewed",
    Permission.REPORTS_RUN: "Run reports",
    Permission.SCHEDULES_WRITE: "Create, change and remove own scheduled reports",
    Permission.SHARE: "Share own documents, reports, schedules, watchlists, alerts, saved views and notes with roles",
    Permission.OPERATIONS_READ: "See components, jobs, failures, ingest runs and metrics",
    Permission.AUDIT_READ: "Search and export the audit trail",
    Permission.ACCOUNTS_WRITE: "Manage accounts, keys and sessions of others",
    Permission.SETTINGS_WRITE: "Set the contact for the SEC, keys of vendors, notification channels and webhooks",
    Permission.ALL_WORK: "Read, change and remove everybody's documents, reports, schedules, alerts and notes",
}

ABOUT_ROLES: Mapping[Role, str] = {
    Role.VIEWER: "Reads everything public and what is shared with viewers",
    Role.ANALYST: "Also saves own work: documents, watchlists, alerts, views, notes and reports",
    Role.RESEARCHER: "Also schedules reports",
    Role.OPERATOR: "Runs the installation: sees its operation and the audit trail, and has no work of its own",
    Role.ADMINISTRATOR: "May do everything, and manages accounts",
}

_ANALYST = frozenset(
    {
        Permission.READ,
        Permission.COMPANIES_LOAD,
        Permission.DOCUMENTS_WRITE,
        Permission.WATCHLISTS_WRITE,
        Permission.ALERTS_WRITE,
        Permission.VIEWS_WRITE,
        Permission.NOTES_WRITE,
        Permission.REPORTS_RUN,
        Permission.SHARE,
    }
)
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.ANALYST: _ANALYST,
    Role.RESEARCHER: _ANALYST | {Permission.SCHEDULES_WRITE},
    Role.OPERATOR: frozenset({Permission.READ, Permission.COMPANIES_LOAD, Permission.OPERATIONS_READ, Permission.AUDIT_READ}),
    Role.ADMINISTRATOR: frozenset(Permission),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether a role has a permission.

    >>> may(Role.ANALYST, Permission.REPORTS_RUN), may(Role.VIEWER, Permission.REPORTS_RUN)
    (True, False)
    """
    return permission in PERMISSIONS[role]
