"""The pages that a person can go to, with the key that leads there, and who may."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.rights.roles import Permission, Role, may


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page: its address without the host, its name, and the letter that goes there after `g`.

    `words` are other words that somebody may look for. Pages that are not `in_bar` stand under More.
    """

    path: str
    label: str
    key: str
    words: str = ""
    in_bar: bool = True
    permission: Permission = Permission.READ


PAGES = (
    PageLink("home", "Home", "h", "watchlist calendar start", in_bar=False),
    PageLink("company", "Companies", "c", "list statements"),
    PageLink("market", "Market", "m", "events movers news filings"),
    PageLink("compare", "Compare", "p", "peers side by side"),
    PageLink("chart", "Chart", "k", "graph plot series index"),
    PageLink("screen", "Screen", "s", "filters screener"),
    PageLink("search", "Search", "f", "find text passages"),
    PageLink("reader", "Documents", "d", "reader upload files"),
    PageLink("changes", "What changed", "n", "new wording risk factors discussion"),
    PageLink("reports", "Reports", "r", "notebooks runs schedules"),
    PageLink("alerts", "Alerts", "l", "inbox notifications"),
    PageLink("audit", "Audit", "u", "checks tie out failed", in_bar=False),
    PageLink("restatements", "Restatements", "e", "restated revised changed figures errors", in_bar=False),
    PageLink("operations", "Operations", "o", "jobs runs components", in_bar=False, permission=Permission.OPERATIONS_READ),
    PageLink("audit-trail", "Audit trail", "t", "sign-ins users", in_bar=False, permission=Permission.AUDIT_READ),
    PageLink(
        "settings", "Settings", "i", "contact keys vendors channels webhooks installation", in_bar=False,
        permission=Permission.SETTINGS_WRITE,
    ),
    PageLink("docs", "Handbook", "b", "help documentation guide formulas settings statuses", in_bar=False),
    PageLink("account", "Account", "a", "password sessions keys second factor", in_bar=False),
)  # fmt: skip


def pages_for(role: Role | None) -> list[PageLink]:
    """The pages that a role may open, in the order of the bar; none for somebody who is not known.

    >>> "operations" in [page.path for page in pages_for(Role.VIEWER)]
    False
    """
    return [page for page in PAGES if role is not None and may(role, page.permission)]
