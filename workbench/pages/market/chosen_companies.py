"""The companies that a page over several companies is of: those named in the address, or those of a watchlist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from db.alerts.watchlists import readable_watchlist, readable_watchlists
from db.companies import get_companies, resolve
from db.engine import Connection
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Cik, Company
from workbench.domain.rights.ownership import Caller
from workbench.pages.frame.markup import choices, href
from workbench.pages.frame.selection import Selection


def chosen_companies(connection: Connection, selection: Selection, caller: Caller) -> list[Company]:
    """Those of `ticker`, else the members of `watchlist` in their order; none stands for all companies.

    Raises NotFound for a company or list that is not there, InvalidRequest for a list without companies.
    """
    if selection.ticker.strip() or not selection.watchlist:
        return [resolve(connection, name) for name in re.split(r"[,;\s]+", selection.ticker) if name]
    members = watchlist_members(connection, selection.watchlist, caller)
    by_cik = {company.cik: company for company in get_companies(connection, members)}
    return [by_cik[cik] for cik in members if cik in by_cik]


def watchlist_members(connection: Connection, name: str, caller: Caller) -> Sequence[Cik]:
    """The companies on a list that the caller may read; raises NotFound, and InvalidRequest for a list without any."""
    members = readable_watchlist(connection, caller, name)[1]
    if not members:
        raise InvalidRequest(f"the watchlist {name!r} has no companies", hint="add some on the home page")
    return members


def watchlist_choices(connection: Connection, page: str, selection: Selection, caller: Caller) -> list[dict[str, Any]]:
    """All companies and each list that the caller may read, as choices of `page`; nothing for a caller without lists."""
    names = list(dict.fromkeys(each.name for each in readable_watchlists(connection, caller)))
    here = replace(selection, ticker="", offset=0)
    offered = [("", "All companies", href(page, replace(here, watchlist="")))]
    offered += [(name, name, href(page, replace(here, watchlist=name))) for name in names]
    return choices(offered, "" if selection.ticker else selection.watchlist) if names else []
