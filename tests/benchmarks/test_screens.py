"""Screens by value over a made market of 6,000 companies, against a bare join of the same stored figures."""

from __future__ import annotations

import json
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
from db.statements.rules_digest import RULES, SIC
from workbench.domain.as_of import today
from workbench.domain.measures.screens import Screen, parse_filters, parse_sort
from workbench.domain.measures.valuation import multiples

COMPANIES, UNPRICED = 6000, 300
ROUNDS = 5
# A page has to answer within this; a screen is also some times the bare join of its figures, which a busy machine slows alike.
MOST_SECONDS, MOST_TIMES_BARE = 1.0, 40

_MARKET = """
insert into companies (cik, name, sic) select n, 'Company ' || n, (1000 + n)::text from generate_series(1, :n) n;

insert into company_tickers (ticker, cik, position) select 'T' || n, n, 0 from generate_series(1, :n) n;

insert into fact_versions (cik, version) select n, 3 from generate_series(1, :n) n;

insert into company_metric_states (cik, reader, days)
select n, :rules || (1000 + n), '{"2024-01-02": 1}' from generate_series(1, :n) n;

insert into company_metrics (cik, basis, known_from, period_label, period_end, currency, figures)
select n, basis, :day - 90, 'FY 2024', :day - 120, 'USD',
       cast(:figures as jsonb) || jsonb_build_object('revenue', n * 1e6)
from generate_series(1, :n) n, unnest(array['annual', 'ttm', 'quarterly']) basis;

insert into company_values (cik, reader, facts_version, listed, holds_until, traded_on, figures, reasons)
select n, :rules || (1000 + n) || ' state ', 3, 'T' || n, :day + 6, :day - 1,
       case when n % 10 = 0 then '{}' else jsonb_build_object('pe', n % 40 + 1, 'market_cap', n * 1e7, 'pb', n % 7) end,
       case when n % 10 = 0 then '{"pe": "no_share_count"}'::jsonb else '{}' end
from generate_series(1, :n - :unpriced) n;

insert into company_value_states (cik, reader, facts_version, listed, examined_until)
select n, :rules || (1000 + n) || ' state ', 3, 'T' || n, :day from generate_series(1, :n - :unpriced) n;

insert into company_value_terms (cik, known_from, known_until, source, terms)
select n, :day - 90 * stretch, :day - 90 * (stretch - 1), 'vendor',
       jsonb_build_object('shares', (n * 1e5)::text, 'splits', '[1, 1]'::jsonb, 'measures', cast(:terms as jsonb)
           || case when n % 10 = 0 then '{"pe": "no_share_count"}'::jsonb
              else jsonb_build_object('pe', jsonb_build_array('0', '1', (n * 1e6 / (n % 40 + 1))::text, '0')) end)
from generate_series(1, :n - :unpriced) n, generate_series(1, 40) stretch;

insert into stock_prices (ticker, source, traded_on, open, high, low, close, volume_shares)
select 'T' || n, 'vendor', :day - d, 10, 10, 10, 10, 100
from generate_series(1, :n - :unpriced) n, generate_series(1, 60) d
"""
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
    figures = json.dumps({f"measure_{number}": 1234567890123 + number for number in range(120)})
    terms = json.dumps({name: ["1000000", "1", "123456789", "0"] for name in multiples()})
    asked = {
        "terms": terms,
        "n": COMPANIES,
        "unpriced": UNPRICED,
        "rules": f"{RULES}{SIC}",
        "day": today(),
        "figures": figures,
    }
    with database.write() as connection:
        for statement in _MARKET.split(";\n\n"):
            bound = {name: value for name, value in asked.items() if f":{name}" in statement}
            connection.execute(sa.text(statement.replace(":day", "cast(:day as date)")), bound)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("vacuum analyze"))
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
