"""A company that enters or leaves a screen, and the history of a screen, as recorded filings come in.

Apple's fiscal 2024, filed on 1 November 2024: revenue 391,035 million after 383,285, net margin 23.97 % after 25.31 %.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from db.alerts import deliveries
from db.engine import Database
from db.market.prices import save_bars
from db.screens.screen_history import screen_history
from tests.ingest.alerts.test_alerts_on_facts import APPLE, arrive, noon
from tests.notifiers import MemoryNotifier
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import Notice
from workbench.domain.alerts.rules import AlertRule
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.screens import Screen, parse_filters
from workbench.domain.screens.screen_history import ScreenHistory
from workbench.ingest.alerts.notices import add_rule, look, preview

pytestmark = pytest.mark.mirror

CUT, LATER = date(2024, 10, 31), date(2024, 11, 30)
MARGIN = "net_margin > 24"


def history(database: Database, as_of: date) -> ScreenHistory:
    with database.read() as connection:
        return screen_history(connection, Screen(parse_filters([MARGIN]), as_of=as_of), months=3)[0]


def notices(database: Database) -> list[Notice]:
    with database.read() as connection:
        return [each.notice for each in reversed(deliveries.list_deliveries(connection))]


def test_filings_move_a_company_into_a_screen_and_out_of_one_and_change_no_earlier_month(database: Database) -> None:
    arrive(database, date(2022, 10, 1), CUT)
    _trade(database, date(2024, 7, 1), CUT)
    notifier = MemoryNotifier()

    def rule(condition: str) -> AlertRule:
        return add_rule(
            database, notifier, owner="local", condition=condition, channel="ops", schedule=Schedule(), now=noon(CUT)
        )

    large, profitable = rule("screen revenue >= 390B"), rule(f"screen {MARGIN}; revenue > 1B")
    look(database, now=noon(CUT) + timedelta(hours=1))
    assert notices(database) == []
    cut = history(database, CUT)
    arrive(database, CUT + timedelta(days=1), date(2024, 11, 5))
    _trade(database, CUT + timedelta(days=1), LATER)
    for hours in (1, 2):
        look(database, now=noon(date(2024, 11, 6)) + timedelta(hours=hours))
    assert [notice.title for notice in notices(database)] == [
        "AAPL entered the screen revenue >= 390000000000",
        "AAPL left the screen net_margin > 24; revenue > 1000000000",
    ]
    assert notices(database)[0].page == "/screen?where=revenue+%3E%3D+390000000000"
    for each, verb in ((large, "entered"), (profitable, "left")):
        shown = preview(database, each, since=CUT, now=noon(date(2024, 11, 6)))
        assert [notice.title.split()[1] for notice in shown] == [verb]
    _check_history(database, cut)


def _check_history(database: Database, cut: ScreenHistory) -> None:
    """Nothing that came in after the cut changes a month up to it; the month after it does not have the company any more."""
    assert history(database, CUT) == cut
    assert [month.day for month in cut.months] == [date(2024, 8, 31), date(2024, 9, 30), CUT]
    assert [month.members.passing for month in cut.months] == [{APPLE.cik}] * 3
    # A dollar a day from 100 on 1 July: 161 on 31 August, 191 on 30 September, 222 on 31 October.
    returns = [round((Decimal(last) / first - 1) * 100, 2) for first, last in ((161, 191), (191, 222))]
    assert [month.return_pct for month in cut.months] == [*returns, None]
    last = history(database, LATER).months[-1]
    assert (last.members.passing, last.left) == (frozenset(), {APPLE.cik})


def _trade(database: Database, first: date, last: date) -> None:
    """A close a day, weekends too: 100 on 1 July 2024, and a dollar more each day."""
    bars = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        close = Decimal(100 + (day - date(2024, 7, 1)).days)
        bars.append(DailyBar(Ticker("AAPL"), day, close, close, close, close, 1, None, "alpha-vantage"))
    with database.write() as connection:
        save_bars(connection, bars)
