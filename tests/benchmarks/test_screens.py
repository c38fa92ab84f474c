"""Screens by value over a made market of 6,000 companies, against a bare join of the same stored figures."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.screens.company_values import stale_values
from db.screens.screening import run_screen
from db.screens.value_terms import stale_terms
from tests.benchmarks import made_market
from workbench.domain.as_of import today
from workbench.domain.measures.screens import Screen, parse_filters, parse_sort

COMPANIES, UNPRICED = 6000, 300
ROUNDS = 5
# A page has to answer within this; a screen is also some times the bare join of its figures, which a busy machine slows alike.
MOST_SECONDS, MOST_TIMES_BARE = 1.0, 40

# The least that any screen over two kinds of figures reads, without asking whether they hold or why one is missing.
_BARE = sa.text(
    """
    select c.cik from companies c join company_metrics m on m.cik = c.cik and m.basis = 'annual' and m.known_until is null
    left join company_values v on v.cik = c.cik
    where (m.figures -> 'revenue')::numeric > 1e9 and (v.figures -> 'pe')::numeric < 20
    order by (v.figures -> 'market_cap')::numeric desc nulls last limit 50
    """
)


@pytest.fixture
def market(database: Database) -> Database:
    """6,000 companies with figures of three kinds of period; all but 300 have closes and stored values."""
    made_market.fill(database, COMPANIES, unpriced=UNPRICED)
    return database


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.mark.benchmark
@pytest.mark.parametrize(
    ("filters", "days_ago"),
    [
        (["pe < 20"], None),
        (["revenue > 1B", "net_margin > 0"], None),
        (["pe < 20", "pb < 3", "revenue > 1B"], None),
        (["pe < 20"], 30),
        (["pe < 20", "pb < 3", "revenue > 1B"], 30),
    ],
)
def test_a_screen_over_a_market(
    market: Database, capsys: pytest.CaptureFixture[str], filters: list[str], days_ago: int | None
) -> None:
    as_of = None if days_ago is None else today() - timedelta(days=days_ago)
    screen = Screen(parse_filters(filters), sort=parse_sort("market_cap")[0], as_of=as_of)
    with market.read() as connection:
        assert stale_values(connection, today()) == stale_terms(connection, today()) == []
        result = run_screen(connection, screen)
        took, bare = [], []
        for _ in range(ROUNDS):
            took.append(seconds(lambda: run_screen(connection, screen)))
            bare.append(seconds(lambda: connection.execute(_BARE).all()))
    times = median(took) / median(bare)
    with capsys.disabled():
        when = f" as of {as_of}" if as_of else ""
        print(f"\n{'; '.join(filters)} over {result.companies:,} companies{when}: {min(took):.2f} s,")  # noqa: T201
        print(f"{times:.0f} times the bare join of stored figures; {result.matched:,} match, {result.reasons_in_words}")  # noqa: T201
    assert (result.companies, result.reasons.get("no_recent_price", UNPRICED)) == (COMPANIES, UNPRICED)
    assert min(took) < MOST_SECONDS
    assert times < MOST_TIMES_BARE
