"""Valuation of recorded companies against closes and cover pages, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import resolve, save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.filings.filing_index import save_filings
from db.market.prices import save_bars
from db.screens.screening import run_screen
from db.screens.valuation import valuation, valuation_history
from tests.conftest import SHARED
from tests.recorded_prices import as_traded
from workbench.adapters.object_store import FolderStore
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import Filing, NewDocument
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.screens import Screen, parse_filters
from workbench.domain.measures.valuation import Valuation
from workbench.domain.measures.valuation_history import Every
from workbench.ingest import archive
from workbench.ingest.filings.documents import index_document

pytestmark = pytest.mark.mirror

PRICED = ("AAPL", "NVDA", "GOOGL", "NKE", "MCD", "COST", "DIS")


@pytest.fixture(scope="module")
def priced(recorded: Database) -> Iterator[sa.Connection]:
    """The recorded companies with recorded closes, in a transaction that is rolled back."""
    with recorded.engine.connect() as connection:
        transaction = connection.begin()
        for ticker in PRICED:
            save_bars(connection, as_traded(SHARED, ticker))
        yield connection
        transaction.rollback()


@pytest.fixture
def trial(priced: sa.Connection) -> Iterator[sa.Connection]:
    """The same, for what one test adds."""
    with priced.begin_nested() as savepoint:
        yield priced
        savepoint.rollback()


def ask(connection: sa.Connection, ticker: str, day: str) -> Valuation:
    return valuation(connection, resolve(connection, ticker), date.fromisoformat(day))


def bar(ticker: str, day: date, close: str, source: str = "alpha-vantage") -> DailyBar:
    price = Decimal(close)
    return DailyBar(Ticker(ticker), day, price, price, price, price, 1000, None, source)


def closes(ticker: str, until: date, close: str, source: str = "alpha-vantage") -> list[DailyBar]:
    """The same close on each day of the 250 before."""
    return [bar(ticker, until - timedelta(days=back), close, source) for back in range(250, -1, -1)]


def test_a_company_at_the_close_of_a_day(priced: sa.Connection) -> None:
    found = ask(priced, "AAPL", "2013-03-01")
    # 430.47 at the close, 939,058,000 shares on the cover of the report of 24 January; in millions below.
    assert found.figure("market_cap").value == Decimal("430.47") * 939_058_000 == Decimal("404236297260.00")
    # No debt yet; 16,154 of cash and 23,666 of short-term securities.
    assert found.figure("enterprise_value").value == Decimal("404236297260.00") - 16_154_000_000 - 23_666_000_000
    assert found.figure("pe").value == Decimal("9.6830")  # 11,622 + 8,824 + 8,223 + 13,078 = 41,747
    assert found.figure("pe_fiscal_year").value == Decimal("9.6863")  # 41,733
    assert found.figure("ps").value == Decimal("2.4546")  # 39,186 + 35,023 + 35,966 + 54,512 = 164,687
    assert found.figure("pb").value == Decimal("3.1743")  # 127,346
    assert found.figure("ev_to_sales").value == Decimal("2.2128")  # 364,416 / 164,687
    # Operating income 15,384 + 11,573 + (55,241 - 44,297) + 17,210 = 55,111, with 4,144 of depreciation 59,255.
    assert found.figure("ev_to_ebitda").value == Decimal("6.1500")
    assert found.figure("earnings_yield").value == Decimal("10.3274")
    assert {line.figure.period_end for line in found.lines} == {date(2013, 3, 1)}


def test_a_measure_names_close_count_and_facts(priced: sa.Connection) -> None:
    pb = ask(priced, "AAPL", "2013-03-01").figure("pb")
    assert pb.formula == (
        "market_cap [430.47 [AAPL, close of 2013-03-01, alpha-vantage-adjusted] * shares "
        "[cover page of 0001193125-13-022339, 939,058,000 at 2013-01-11]] / common_equity [stockholders_equity]"
    )
    assert [(fact.concept, fact.accession) for fact in pb.facts] == [
        ("dei:EntityCommonStockSharesOutstanding", "0001193125-13-022339"),
        ("us-gaap:StockholdersEquity", "0001193125-13-022339"),
    ]


@pytest.mark.parametrize(
    ("ticker", "day", "close", "shares"),
    [
        ("AAPL", "2014-06-06", "645.57", (861_381_000, 1)),
        ("AAPL", "2014-06-10", "94.25", (861_381_000, 7)),  # split on the 9th, reported on 23 July
        ("AAPL", "2014-07-24", "97.03", (5_987_867_000, 1)),
        ("AAPL", "2020-08-28", "499.23", (4_275_634_000, 1)),
        ("AAPL", "2020-09-01", "134.18", (4_275_634_000, 4)),  # split on 31 August, reported on 30 October
        ("AAPL", "2020-11-02", "108.77", (17_001_802_000, 1)),
        ("NVDA", "2021-07-19", "751.19", (623_000_000, 1)),
        ("NVDA", "2021-07-21", "194.10", (623_000_000, 4)),
        ("NVDA", "2021-08-23", "219.58", (2_500_000_000, 1)),
        ("NKE", "2012-12-27", "51.76", (450_552_418, 2)),
        ("NKE", "2013-01-18", "53.29", (895_711_770, 1)),
        ("COST", "2022-10-20", "464.62", (442_604_145, 1)),
        # Where the balance sheet says 1.9 or 1.8 billion.
        ("DIS", "2022-10-20", "98.59", (1_823_057_777, 1)),
        # Where the weighted averages say 751.8 and 739.2, in millions.
        ("MCD", "2022-11-01", "272.95", (735_717_271, 1)),
    ],
)
def test_close_and_count_are_in_the_same_shares(
    priced: sa.Connection, ticker: str, day: str, close: str, shares: tuple[int, int]
) -> None:
    found = ask(priced, ticker, day)
    assert found.price is not None
    assert found.shares is not None
    assert (found.price.close, found.shares.value, found.shares.factor) == (Decimal(close), *shares)
    assert found.figure("market_cap").value == Decimal(close) * shares[0] * shares[1]


@pytest.mark.parametrize(
    ("ticker", "day", "reason"),
    [
        ("GOOGL", "2021-11-01", "several_share_classes"),  # three classes, counted on the cover by class only
        ("NKE", "2018-03-01", "several_share_classes"),  # the last count for the company as a whole is of 2015
        ("NKE", "2010-03-01", "share_count_contradicted"),  # class B alone, where the average counts class A too
        ("SNOW", "2022-10-20", "no_price"),
        ("AAPL", "2022-12-12", "stale_price"),  # the closes end on 18 November
        ("AAPL", "2009-06-30", "no_price"),
    ],
)
def test_what_is_not_proven_is_refused_with_the_reason(priced: sa.Connection, ticker: str, day: str, reason: str) -> None:
    found = ask(priced, ticker, day)
    assert {(line.figure.value, line.figure.reason) for line in found.lines} == {(None, reason)}


def test_negative_equity_and_losses_have_no_multiple(trial: sa.Connection) -> None:
    assert ask(trial, "MCD", "2022-11-01").figure("pb").reason == "not_meaningful"
    save_bars(trial, closes("SNOW", date(2022, 10, 20), "170.00"))
    found = ask(trial, "SNOW", "2022-10-20")
    # 170 times 320.0 million; a loss of 761.4 million in four quarters, on revenue of 1,637.1.
    assert found.figure("market_cap").value == 54_400_000_000
    assert (found.figure("pe").value, found.figure("pe").reason) == (None, "not_meaningful")
    assert found.figure("pe_fiscal_year").reason == "not_meaningful"
    assert (found.figure("earnings_yield").value or 0) < 0


def test_a_split_that_closes_as_traded_may_hide_is_refused_until_it_is_reported(trial: sa.Connection) -> None:
    save_bars(trial, as_traded(SHARED, "AAPL", source="alpha-vantage"))
    assert ask(trial, "AAPL", "2020-08-28").figure("market_cap").value == Decimal("499.23") * 4_275_634_000
    assert ask(trial, "AAPL", "2020-09-01").figure("market_cap").reason == "share_basis_unknown"
    assert ask(trial, "AAPL", "2020-11-02").figure("market_cap").value == Decimal("108.77") * 17_001_802_000


def test_a_source_that_does_not_say_what_its_closes_are_prices_nothing(trial: sa.Connection) -> None:
    save_bars(trial, closes("COST", date(2022, 10, 20), "464.62", source="somewhere"))
    assert ask(trial, "COST", "2022-10-20").figure("market_cap").reason == "price_basis_unknown"


@pytest.mark.parametrize("count", ["442604", "442604145000", "221302072"])
def test_a_count_in_another_scale_or_of_a_part_is_refused(trial: sa.Connection, count: str) -> None:
    save_bars(trial, as_traded(SHARED, "COST"))
    costco = resolve(trial, "COST")
    cover = Fact(
        costco.cik, Concept("dei", "EntityCommonStockSharesOutstanding"), "shares", None, date(2022, 10, 18),
        Decimal(count), Accession("0000909832-22-099999"), "10-K/A", date(2022, 10, 19),
    )  # fmt: skip
    load_facts(trial, costco.cik, [cover])
    assert ask(trial, "COST", "2022-10-20").figure("market_cap").reason == "share_count_contradicted"


@pytest.mark.parametrize(
    ("classes", "reason"),
    [
        (("us-gaap:CommonClassAMember", "us-gaap:CommonClassBMember"), "several_share_classes"),
        (("us-gaap:CommonStockMember",), None),
    ],
)
def test_a_cover_page_that_counts_by_class(trial: sa.Connection, classes: tuple[str, ...], reason: str | None) -> None:
    save_bars(trial, as_traded(SHARED, "GOOGL"))
    alphabet = resolve(trial, "GOOGL")
    covers = [
        Fact(
            alphabet.cik, Concept("dei", "EntityCommonStockSharesOutstanding"), "shares", None, date(2022, 10, 18),
            Decimal(12_971_000_000), Accession("0001652044-22-000090"), "10-Q", date(2022, 10, 26),
            (("us-gaap:StatementClassOfStockAxis", member),),
        )
        for member in classes
    ]  # fmt: skip
    load_facts(trial, alphabet.cik, covers)
    found = ask(trial, "GOOGL", "2022-11-01").figure("market_cap")
    assert found.reason == reason
    assert (found.value is None) == (reason is not None)


@pytest.mark.parametrize(
    ("title", "is_ordinary"),
    [("Ordinary Shares", True), ("American Depositary Shares, each representing ten Ordinary Shares", False)],
)
def test_a_report_that_registers_receipts_is_told_by_its_cover_page(
    trial: sa.Connection, objects: FolderStore, title: str, is_ordinary: bool
) -> None:
    costco, filed_on = resolve(trial, "COST"), date(2022, 10, 18)
    accession, name = Accession("0000909832-22-099999"), "cost-10k.htm"
    content = (
        "<html><body><p>FORM 10-K/A</p><p>Securities registered pursuant to Section 12(b) of the Act:</p>"
        f"<table><tr><td>{title}</td><td>COST</td><td>NASDAQ</td></tr></table>"
        "<p>Indicate by check mark whether it is a shell.</p><p>Item 1. Business</p><p>It sells.</p></body></html>"
    ).encode()  # fmt: skip
    save_filings(trial, [Filing(costco.cik, accession, "10-K/A", filed_on, primary_document=name)])
    sha256 = archive.store(objects, content)
    new = NewDocument(name, "filing", sha256, form="10-K/A", cik=costco.cik, accession=accession, filed_on=filed_on)
    index_document(trial, objects, content, new)
    cap = Decimal("464.62") * 442_604_145
    found = ask(trial, "COST", "2022-10-20").figure("market_cap")
    assert (found.value, found.reason) == ((cap, None) if is_ordinary else (None, "depositary_ratio_unknown"))
    assert ask(trial, "COST", "2022-10-17").figure("market_cap").value == Decimal("464.17") * 442_604_145


def test_preferred_stock_at_par_leaves_the_enterprise_value_unknown(trial: sa.Connection) -> None:
    """Marvell's balance sheet of 2 May 2026 has 2 million preferred shares, sold for 2 billion in the quarter, as 0."""
    save_bars(trial, closes("MRVL", date(2026, 6, 15), "91.00"))
    found = ask(trial, "MRVL", "2026-06-15")
    assert found.figure("market_cap").value is not None
    assert {found.figure(name).reason for name in ("enterprise_value", "ev_to_sales")} == {"preferred_at_par"}
    save_bars(trial, closes("MRVL", date(2026, 3, 20), "91.00"))
    assert ask(trial, "MRVL", "2026-03-20").figure("enterprise_value").value is not None


RECEIPT_ISSUER = Company(
    Cik(1651309), "Depositary Biotech", (Listing(Ticker("DBT"), "Nasdaq"),), sic="2834", state_of_incorporation="E9"
)


@pytest.fixture
def receipts(trial: sa.Connection) -> sa.Connection:
    """A Cayman company on Form 10-K: 1,478 million shares on the cover, receipts of thirteen at 376.86, no report archived."""
    save_company(trial, RECEIPT_ISSUER)
    accession, filed_on = Accession("0001651309-22-000001"), date(2022, 2, 27)
    year = date(2021, 1, 1), date(2021, 12, 31)
    told = {
        "us-gaap:NetIncomeLoss": ("USD", year[0], "287000000"),
        "us-gaap:EarningsPerShareBasic": ("USD/shares", year[0], "0.20"),
        "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic": ("shares", year[0], "1430000000"),
        "us-gaap:Assets": ("USD", None, "7600000000"), "us-gaap:StockholdersEquity": ("USD", None, "4300000000"),
        "dei:EntityCommonStockSharesOutstanding": ("shares", None, "1478124405"),
    }  # fmt: skip
    facts = [
        Fact(RECEIPT_ISSUER.cik, Concept(*name.split(":")), unit, start, year[1], Decimal(text), accession, "10-K", filed_on)
        for name, (unit, start, text) in told.items()
    ]
    load_facts(trial, RECEIPT_ISSUER.cik, facts)
    save_bars(trial, closes("DBT", date(2022, 4, 1), "376.86"))
    return trial


def test_without_a_cover_page_a_foreign_company_has_no_market_value(receipts: sa.Connection) -> None:
    found = ask(receipts, "DBT", "2022-04-01")
    assert {(line.figure.value, line.figure.reason) for line in found.lines} == {(None, "traded_unit_unknown")}
    screen = Screen(parse_filters(["market_cap > 0"]), as_of=date(2022, 4, 1))
    shown = run_screen(receipts, screen)
    assert "DBT" not in [str(row.company.ticker) for row in shown.rows]


@pytest.mark.parametrize(
    ("public_float", "reason", "cap"),
    [
        ("38000000000", "public_float_contradicts", None),  # the truth: 42.85 billion in all
        ("520000000000", None, Decimal("376.86") * 1_478_124_405),  # were they shares
    ],
)
def test_a_public_float_decides_where_no_cover_page_was_read(
    receipts: sa.Connection, public_float: str, reason: str | None, cap: Decimal | None
) -> None:
    accession = Accession("0001651309-22-000001")
    stated = Fact(
        RECEIPT_ISSUER.cik, Concept("dei", "EntityPublicFloat"), "USD", None, date(2021, 12, 1), Decimal(public_float),
        accession, "10-K", date(2022, 2, 27),
    )  # fmt: skip
    load_facts(receipts, RECEIPT_ISSUER.cik, [stated])
    found = ask(receipts, "DBT", "2022-04-01").figure("market_cap")
    assert (found.value, found.reason) == (cap, reason)


def test_a_history_is_what_was_known_on_each_of_its_days(priced: sa.Connection) -> None:
    apple = resolve(priced, "AAPL")
    found = valuation_history(priced, apple, date(2022, 11, 1), limit=12)
    # Fiscal quarters end on the last Saturday of a quarter: closes are those of the Fridays before.
    assert [point.day for point in found.points][-3:] == [date(2022, 3, 26), date(2022, 6, 25), date(2022, 9, 24)]
    assert [point.price.traded_on for point in found.points if point.price][-1] == date(2022, 9, 23)
    assert len(found.points) == 12
    for point in found.points:
        assert point == valuation(priced, apple, point.day)
    months = valuation_history(priced, apple, date(2022, 11, 1), every=Every.MONTH, limit=2)
    assert [point.day for point in months.points] == [date(2022, 9, 30), date(2022, 10, 31)]


def test_a_history_does_not_change_with_what_comes_later(priced: sa.Connection) -> None:
    apple = resolve(priced, "AAPL")
    early = valuation_history(priced, apple, date(2014, 8, 1), limit=4)
    late = valuation_history(priced, apple, date(2022, 11, 1), limit=40)
    known = {point.day: point for point in late.points}
    assert len(early.points) == 4
    assert list(early.points) == [known[point.day] for point in early.points]


def test_before_all_reports_and_closes_there_is_neither_value_nor_error(priced: sa.Connection) -> None:
    found = ask(priced, "AAPL", "0001-01-05")
    assert (found.figure("market_cap").value, found.figure("market_cap").reason) == (None, "no_price")
    early = valuation_history(priced, resolve(priced, "AAPL"), date(1, 1, 5), every=Every.MONTH)
    assert early.points == ()
