"""Screens at past month ends, each by what was known then, and the members of a screen on one day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from db.companies import get_companies
from db.market.prices import daily_bars
from db.screens.screening import judge
from workbench.domain.as_of import today
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Cik, Company
from workbench.domain.market.prices import FRESH, DailyBar
from workbench.domain.measures.screens import Screen
from workbench.domain.measures.valuation_history import Every, days_of_history
from workbench.domain.screens.screen_history import MOST_MONTHS, ScreenHistory, ScreenMembers, history_of

# The bars of a company over five years are some 1,300 rows: so many companies take some seconds.
MOST_PRICED = 500


def screen_members(connection: sa.Connection, screen: Screen) -> ScreenMembers:
    """The companies that pass every filter, and those that lack a figure to decide, as `run_screen` counts them."""
    passing, undecided = judge(connection, screen)
    return ScreenMembers(frozenset(passing), frozenset(undecided))


def screen_history(connection: sa.Connection, screen: Screen, months: int = 12) -> tuple[ScreenHistory, list[Company]]:
    """The screen at the last `months` month ends up to its `as_of`, and all companies that passed in one of them, by CIK.

    Each month end is asked as of that day, so nothing filed or traded later is seen; SIC codes and tickers are today's.
    Returns are computed for at most `MOST_PRICED` companies, those with the lowest CIKs. Raises InvalidRequest for more than
    `MOST_MONTHS` months.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise InvalidRequest(f"a history has 1 to {MOST_MONTHS} months, not {months}")
    days = days_of_history(Every.MONTH, (), screen.as_of or today(), months)
    members = [screen_members(connection, replace(screen, as_of=day)) for day in days]
    ciks = sorted(frozenset[Cik]().union(*(each.passing for each in members)))
    companies = get_companies(connection, ciks) if ciks else []
    bars = {company.cik: _bars(connection, company, days) for company in companies[:MOST_PRICED]}
    return history_of(screen, days, members, bars), companies


def _bars(connection: sa.Connection, company: Company, days: list[date]) -> list[DailyBar]:
    if company.ticker is None:
        return []
    return daily_bars(connection, company.ticker, since=days[0] - FRESH, until=days[-1])
