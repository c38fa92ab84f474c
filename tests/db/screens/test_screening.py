"""Screens over the recorded companies: hand-checked answers, and never another figure than the statement's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import resolve, save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.market.prices import save_bars
from db.screens import screened_values
from db.screens.company_metrics import key_figures, refresh_company, save_newest, stale_companies
from db.screens.screening import prove, run_screen
from db.screens.valuation import valuation
from db.statements.as_known import refresh_statements, statement
from db.statements.ratios import ratios
from db.statements.restatements import refresh_restatements
from tests.conftest import SHARED
from tests.recorded_prices import as_traded
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.measures.catalogue import measures, screened_measures
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.measures.screens import Metric, Screen, parse_filters, parse_metrics, parse_sort
from workbench.domain.screens.screen_results import ScreenResult
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

TICKERS = ("AAPL", "WMT", "COST", "SNOW")


@pytest.fixture(scope="module")
def screened(recorded: Database) -> Iterator[sa.Connection]:
    """The recorded companies; the latest figures of four of them are computed, and rolled back at the end."""
    with recorded.engine.connect() as connection:
        transaction = connection.begin()
        for ticker in TICKERS:
            refresh_company(connection, resolve(connection, ticker).cik)
        yield connection
        transaction.rollback()


def ask(connection: sa.Connection, *texts: str, as_of: date | None = None, sort: str = "", limit: int = 50) -> ScreenResult:
    metric, is_ascending = parse_sort(sort)
    return run_screen(
        connection, Screen(parse_filters(texts), sort=metric, is_ascending=is_ascending, as_of=as_of, limit=limit)
    )


def labels(result: ScreenResult) -> list[str]:
    return [row.company.label for row in result.rows]


@pytest.mark.mirror
def test_a_screen_is_answered_as_it_stood_on_the_day(screened: sa.Connection) -> None:
    # Apple's fiscal 2024 (revenue 391,035 million) was filed on 1 November 2024; the day before, 383,285 was the latest.
    for day, label, value in ((date(2024, 10, 31), "FY 2023", 383285), (date(2024, 11, 1), "FY 2024", 391035)):
        found = ask(screened, "revenue > 300B", as_of=day)
        assert labels(found) == ["WMT", "AAPL"]
        figure = found.rows[1].figures[0]
        assert (figure.period_label, figure.value, figure.unit) == (label, Decimal(value * 1_000_000), "USD")
    assert labels(ask(screened, "revenue > 390B", as_of=date(2024, 10, 31))) == ["WMT"]
    assert labels(ask(screened, "revenue > 0", as_of=date(2009, 1, 1))) == []


@pytest.mark.mirror
def test_filters_are_joined_by_and(screened: sa.Connection) -> None:
    day = date(2024, 12, 31)
    # Net margins of the latest fiscal years: Apple 93,736 / 391,035, Walmart 15,511 / 648,125, Costco 7,367 / 254,453.
    found = ask(screened, "revenue > 100B", "net_margin between 2.3 and 3", as_of=day)
    assert [(row.company.label, row.figures[1].value) for row in found.rows] == [
        ("WMT", Decimal("2.3932")), ("COST", Decimal("2.8952"))
    ]  # fmt: skip
    assert labels(ask(screened, "sic in 5331; revenue > 500B", as_of=day)) == ["WMT"]
    assert labels(ask(screened, "ticker in aapl,snow; net_income < 0", as_of=day)) == ["SNOW"]
    assert found.companies >= len(TICKERS)


@pytest.mark.mirror
def test_each_figure_is_proven_by_the_filing_it_came_from(screened: sa.Connection) -> None:
    found = ask(screened, "ticker in AAPL", "revenue > 0", "net_margin@ttm > 0", as_of=date(2024, 12, 31))
    revenue, margin = prove(screened, found)[0]
    assert revenue is not None
    assert margin is not None
    assert [(fact.accession, fact.form) for fact in revenue.facts] == [("0000320193-24-000123", "10-K")]
    assert revenue.value == found.rows[0].figures[0].value
    assert margin.value == found.rows[0].figures[1].value
    assert margin.formula


@pytest.mark.mirror
def test_order_and_pages(screened: sa.Connection) -> None:
    day = date(2024, 12, 31)
    four = "ticker in AAPL,WMT,COST,SNOW"
    assert labels(ask(screened, four, as_of=day, sort="revenue")) == ["WMT", "AAPL", "COST", "SNOW"]
    assert labels(ask(screened, four, as_of=day, sort="-net_margin@ttm")) == ["SNOW", "WMT", "COST", "AAPL"]
    first = ask(screened, four, as_of=day, sort="revenue", limit=3)
    assert (len(first.rows), first.matched, first.next_offset) == (3, 4, 3)
    rest = run_screen(screened, Screen(first.screen.filters, sort=first.screen.sort, as_of=day, limit=3, offset=3))
    assert (labels(rest), rest.next_offset) == (["SNOW"], None)


@pytest.mark.mirror
def test_a_figure_that_is_not_known_decides_nothing(screened: sa.Connection) -> None:
    day = date(2024, 12, 31)
    four = "ticker in AAPL,WMT,COST,SNOW"
    both = ask(screened, four, "inventory > 0", as_of=day), ask(screened, four, "inventory <= 0", as_of=day)
    assert [labels(found) for found in both] == [["WMT", "COST", "AAPL"], []]
    assert [found.undecided for found in both] == [1, 1]  # Snowflake sells no goods
    assert ask(screened, four, "revenue > 1 EUR", as_of=day).undecided == 4


@pytest.fixture
def priced(screened: sa.Connection) -> Iterator[sa.Connection]:
    """The same with the closes of Apple and Costco of 2010 to 2022."""
    with screened.begin_nested() as savepoint:
        for ticker in ("AAPL", "COST"):
            save_bars(screened, as_traded(SHARED, ticker))
        yield screened
        savepoint.rollback()


FOUR = "ticker in AAPL,WMT,COST,SNOW"


@pytest.mark.mirror
def test_a_screen_by_value_is_of_the_close_of_its_day(priced: sa.Connection) -> None:
    # 143.39 and 464.62 at the close of 20 October; earnings of 99,633 and 5,844 million in the twelve months before.
    caps = [Decimal("143.39") * 16_070_752_000, Decimal("464.62") * 442_604_145]
    found = ask(priced, FOUR, "pe < 40", sort="market_cap", as_of=date(2022, 10, 20))
    pe, cap = ([row.figures[place] for row in found.rows] for place in (0, 1))
    assert labels(found) == ["AAPL", "COST"]
    assert [figure.value for figure in pe] == [Decimal("23.1287"), Decimal("35.1887")]
    assert [(figure.value, figure.unit, figure.period_end) for figure in cap] == [
        (value, "USD", date(2022, 10, 20)) for value in caps
    ]
    assert found.undecided == 2  # no closes of Walmart and Snowflake
    assert labels(ask(priced, FOUR, "pe < 30", as_of=date(2022, 10, 20))) == ["AAPL"]
    # Apple cost 9.68 times its earnings in March 2013.
    then = ask(priced, FOUR, "pe < 10", as_of=date(2013, 3, 1))
    assert [(row.company.label, row.figures[0].value) for row in then.rows] == [("AAPL", Decimal("9.6830"))]
    assert labels(ask(priced, FOUR, "pe < 10", as_of=date(2013, 3, 1))) == labels(then)


@pytest.mark.mirror
def test_filters_over_filed_figures_come_before_those_over_value(priced: sa.Connection) -> None:
    day = date(2022, 10, 20)
    both = ask(priced, "revenue > 300B; market_cap > 1T; sic in 3571", as_of=day)
    assert (labels(both), both.matched, both.undecided) == (["AAPL"], 1, 0)
    shown = run_screen(priced, Screen(parse_filters(["revenue > 200B"]), parse_metrics(["pe"]), as_of=day))
    assert [(row.company.label, row.figures[1].value) for row in shown.rows] == [
        ("WMT", None), ("AAPL", Decimal("23.1287")), ("COST", Decimal("35.1887"))
    ]  # fmt: skip


@pytest.mark.mirror
def test_a_value_that_is_refused_decides_nothing(priced: sa.Connection) -> None:
    # The closes end on 18 November: after a week there is none.
    for day, undecided in ((date(2022, 11, 25), 2), (date(2022, 11, 26), 4)):
        found = ask(priced, FOUR, "market_cap > 1", as_of=day)
        assert (found.matched, found.undecided) == (4 - undecided, undecided)
    before = ask(priced, FOUR, "ev_to_ebitda < 1000", as_of=date(2009, 12, 1))
    assert (before.matched, before.undecided) == (0, 4)


@pytest.mark.mirror
def test_a_screen_never_disagrees_with_a_valuation(priced: sa.Connection) -> None:
    worth = tuple(Metric(item, None) for item in screened_measures().values() if item.is_of_price)
    for day in (date(2013, 3, 1), date(2020, 9, 1), date(2022, 10, 20)):
        found = run_screen(priced, Screen(parse_filters(["ticker in AAPL,COST"]), worth, sort=worth[0], as_of=day))
        assert [row.company.label for row in found.rows] == ["AAPL", "COST"]
        for row, proofs in zip(found.rows, prove(priced, found), strict=True):
            there = valuation(priced, row.company, day)
            assert [figure.value for figure in row.figures] == [line.figure.value for line in there.lines]
            assert list(proofs) == [line.figure for line in there.lines]
            assert sum(figure.value is not None for figure in row.figures) >= 10


@pytest.mark.mirror
def test_a_screen_values_so_many_companies_and_no_more(priced: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screened_values, "MOST_VALUED", 1)
    result = ask(priced, "pe < 20", as_of=date(2022, 10, 20))
    assert (result.matched, result.reasons["not_computed"]) == (0, 2)
    assert labels(ask(priced, "pe < 40", "revenue > 300B", as_of=date(2022, 10, 20))) == ["AAPL"]


@pytest.mark.mirror
@pytest.mark.parametrize("day", [date(2014, 2, 15), date(2019, 9, 20), date(2024, 8, 30), None], ids=str)
@pytest.mark.parametrize("ticker", TICKERS)
def test_a_screen_never_disagrees_with_a_statement(screened: sa.Connection, ticker: str, day: date | None) -> None:
    company = resolve(screened, ticker)
    for basis in PeriodKind:
        screen = Screen(
            parse_filters([f"ticker in {ticker}"]), tuple(Metric(item, basis) for item in measures().values()), as_of=day
        )
        stored = {figure.metric.measure.name: figure for figure in run_screen(screened, screen).rows[0].figures}
        end = stored["revenue"].period_end
        tables: list[Statement | RatioTable] = [
            statement(screened, company, kind, basis, day, limit_periods=2) for kind in StatementKind
        ]
        tables.append(ratios(screened, company, basis, day, limit_periods=2))
        compared = 0
        seen: set[str] = set()
        for table in tables:
            for line in table.lines:
                shown = {figure.period_end: figure.value for figure in line.figures}
                if line.line not in seen and end in shown:
                    assert stored[line.line].value == shown[end], (basis, line.line)
                    compared += shown[end] is not None
                seen.add(line.line)
        assert compared > 40 or end is None


ACME = Company(Cik(7), "Acme Corp", (Listing(Ticker("ACM")),), sic="3571", state_of_incorporation="DE")


def facts(years: int) -> list[Fact]:
    found = []
    for number in range(years):
        year = 2018 + number
        span = date(year, 1, 1), date(year, 12, 31)
        for tag, value in (("Revenues", 100 + number), ("NetIncomeLoss", 10), ("IncomeTaxExpenseBenefit", 3)):
            for later in (0, 1):  # each figure, and next year's report with it as a comparative, restated a little
                accession = Accession(f"0000000007-{year + 1 + later - 2000}-000011")
                restated = later if tag == "Revenues" and number == 0 else 0
                found.append(
                    Fact(
                        ACME.cik, Concept("us-gaap", tag), "USD", *span, Decimal(value + restated), accession, "10-K",
                        date(year + 1 + later, 2, 20),
                    )
                )  # fmt: skip
    return found


def rows(connection: sa.Connection) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in connection.execute(
            sa.text(
                "select basis, known_from, known_until, period_label, figures::text from company_metrics "
                "where cik = 7 order by basis, known_from"
            )
        )
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_loading_does_not_matter(connection: sa.Connection, seed: int) -> None:
    save_company(connection, ACME)
    load_facts(connection, ACME.cik, facts(4))
    refresh_company(connection, ACME.cik)
    at_once = rows(connection)
    # Without quarters a fiscal year is the trailing twelve months as well.
    years = {f"FY {year}" for year in range(2018, 2022)}
    assert {row[3] for row in at_once} == years | {f"TTM {year}" for year in years}
    assert len(at_once) == 2 * len(years)

    for table in ("company_metrics", "company_metric_states", "financial_metrics"):
        connection.execute(sa.text(f"delete from {table} where cik = 7"))
    mixed = facts(4)
    random.Random(seed).shuffle(mixed)
    for start in range(0, len(mixed), 5):
        load_facts(connection, ACME.cik, mixed[start : start + 5])
        refresh_company(connection, ACME.cik)
    assert rows(connection) == at_once
    assert refresh_company(connection, ACME.cik) == 0


def test_only_companies_whose_facts_have_changed_are_stale(connection: sa.Connection) -> None:
    save_company(connection, ACME)
    assert ACME.cik not in stale_companies(connection)  # nothing to compute from
    load_facts(connection, ACME.cik, facts(1))
    assert ACME.cik in stale_companies(connection)
    refresh_company(connection, ACME.cik)
    assert ACME.cik in stale_companies(connection)  # its statements are not stored yet
    assert ACME.cik not in stale_companies(connection, of_figures_alone=True)
    refresh_statements(connection, ACME.cik)
    assert ACME.cik in stale_companies(connection)  # nor its restatements
    refresh_restatements(connection, ACME.cik)
    assert ACME.cik not in stale_companies(connection)


def test_the_newest_day_alone_gives_the_figures_of_today_and_is_made_up_for(connection: sa.Connection) -> None:
    save_company(connection, ACME)
    load_facts(connection, ACME.cik, facts(4))
    save_newest(connection, ACME.cik)
    assert stale_companies(connection) == [ACME.cik]
    at_once = key_figures(connection, ACME.cik)
    assert refresh_company(connection, ACME.cik) > 1
    assert key_figures(connection, ACME.cik) == at_once != []
