"""Which count of shares a price is multiplied by, from which report, and what must confirm it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.domain.statements.given_figures import QUARTERS, YEAR, Given, filed, given
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.measures.share_count import ClassCount, count_shares
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.statement import StatementKind

FILED = date(2024, 2, 20)
END, COVER_ON = date(2023, 12, 31), date(2024, 1, 31)
COVER, FLOAT, ASSETS = "dei:EntityCommonStockSharesOutstanding", "dei:EntityPublicFloat", "us-gaap:Assets"
NAMES = {1: COVER, 2: FLOAT, 3: ASSETS, 4: "us-gaap:NetIncomeLoss", 5: "ifrs-full:Assets"}
IDS = {name: number for number, name in NAMES.items()}
# 100 million shares on average; 250 million earned, 2.50 a share.
CONFIRMING: Given = {"weighted_average_shares": 100_000_000, "net_income_to_common": 250_000_000, "eps_basic": "2.50"}


def row(
    name: str, value: str, *, end: date = END, form: str = "10-K", filed_on: date = FILED, unit: str = "", accession: str = "A"
) -> FiledVersion:
    unit = unit or ("shares" if name == COVER else "USD")
    return (IDS[name], end, None, {"shares": 1, "USD": 2}[unit], Decimal(value), accession, form, filed_on)


def table(*rows: FiledVersion) -> FactTable:
    return FactTable(rows, NAMES, {1: "shares", 2: "USD"})


REPORT = row(ASSETS, "1000000")


def cover(value: str = "101000000", **more: object) -> FiledVersion:
    return row(COVER, value, end=COVER_ON, **more)  # type: ignore[arg-type]


def count(
    *rows: FiledVersion,
    classes: tuple[ClassCount, ...] = (),
    day: date = FILED,
    figures: Given = CONFIRMING,
    listings: int = 1,
) -> ComputedFigure:
    company = Company(Cik(7), "Some Company", listings=tuple(Listing(Ticker(f"T{n}"), "NYSE") for n in range(listings)))
    known = given(StatementKind.INCOME, {YEAR: figures})
    return count_shares(company, known, table(*rows), classes, day=day, newest=YEAR)


def of_class(name: str, value: str = "101000000", *, end: date = COVER_ON, filed_on: date = FILED) -> ClassCount:
    return ClassCount((name,), end, Decimal(value), "B", "10-K", filed_on)


def test_the_count_on_the_cover_of_the_newest_report() -> None:
    found = count(REPORT, cover(accession="0000000007-24-000001"))
    assert (found.value, found.reason) == (101_000_000, None)
    assert found.formula == "cover page of 0000000007-24-000001, 101,000,000 at 2024-01-31"
    (fact,) = found.facts
    assert (fact.concept, fact.unit, fact.period_end, fact.filed_on) == (COVER, "shares", COVER_ON, FILED)


@pytest.mark.parametrize(
    ("form", "days", "is_fresh"),
    [("10-K", 230, True), ("10-K", 231, False), ("10-Q", 231, False), ("40-F", 490, True), ("40-F", 491, False)],
)
def test_a_count_is_stale_when_the_next_report_is_overdue(form: str, days: int, is_fresh: bool) -> None:
    rows = row(ASSETS, "1", form=form), cover(form=form)
    found = count(*rows, day=FILED + timedelta(days=days))
    assert found.reason is (None if is_fresh else Refusal.STALE_SHARE_COUNT)


def test_the_newest_report_is_no_amendment_and_no_current_report() -> None:
    later = date(2024, 9, 1)
    assert count(cover()).reason is Refusal.NO_SHARE_COUNT
    for form in ("10-K/A", "8-K", "S-1"):
        assert count(row(ASSETS, "1", form=form), cover()).reason is Refusal.NO_SHARE_COUNT
        found = count(REPORT, row(ASSETS, "2", form=form, filed_on=later), cover())
        assert found.value == 101_000_000
    # A newer report without a count leaves that of the older one behind.
    for name in (ASSETS, "us-gaap:NetIncomeLoss", "ifrs-full:Assets"):
        newer = row(name, "2", form="10-Q", filed_on=later)
        assert count(REPORT, newer, cover(), day=later).reason is Refusal.SEVERAL_SHARE_CLASSES
        assert count(REPORT, newer, cover(), cover(filed_on=later, form="10-Q"), day=later).value == 101_000_000


def test_a_foreign_annual_report_counts_what_is_behind_receipts() -> None:
    assert count(row(ASSETS, "1", form="20-F"), cover()).reason is Refusal.DEPOSITARY_RATIO_UNKNOWN


def test_of_several_counts_the_newest_and_of_those_the_last_filed() -> None:
    earlier = row(COVER, "99000000", end=date(2024, 1, 15))
    assert count(REPORT, earlier, cover()).value == 101_000_000
    # Not a count of a day that is yet to come, of nothing, or in dollars.
    for wrong in (
        row(COVER, "98000000", end=FILED + timedelta(days=1)),
        row(COVER, "0", end=date(2024, 2, 1)),
        row(COVER, "-5", end=date(2024, 2, 1)),
        row(COVER, "98000000", end=date(2024, 2, 1), unit="USD"),
    ):
        assert count(REPORT, cover(), wrong).value == 101_000_000
    assert count(REPORT, row(COVER, "98000000", end=FILED)).value == 98_000_000


def test_a_count_by_class_serves_a_company_of_one_class() -> None:
    found = count(REPORT, classes=(of_class("A"),))
    assert (found.value, found.formula) == (101_000_000, "cover page of B, 101,000,000 at 2024-01-31")
    fact = found.facts[0]
    assert (fact.concept, fact.unit, fact.form, fact.is_annual, fact.is_interim) == (COVER, "shares", "10-K", True, False)
    assert {fact.filed_on, fact.last_filed_on, fact.first_filed_on, fact.since_on} == {FILED}
    newer = of_class("A", "102000000", end=date(2024, 2, 1))
    assert count(REPORT, classes=(of_class("A"), newer)).value == 102_000_000
    assert count(REPORT, classes=(of_class("A"), of_class("B"))).reason is Refusal.SEVERAL_SHARE_CLASSES
    # Classes of an earlier report, or without shares, are none of today's.
    before = of_class("B", filed_on=FILED - timedelta(days=1))
    assert count(REPORT, classes=(of_class("A"), before, of_class("C", "0"))).value == 101_000_000
    assert count(REPORT, cover(), classes=(of_class("A", "77"),)).value == 101_000_000


def test_without_a_cover_page_the_balance_sheet_of_a_company_of_one_class_counts() -> None:
    figures = {**CONFIRMING, "shares_outstanding": filed(100_500_000)}
    found = count(REPORT, figures=figures)
    assert (found.value, found.formula) == (100_500_000, "balance sheet: shares_outstanding, 100,500,000")
    issued = filed(100_500_000)._replace(formula="shares_issued - treasury_shares")
    found = count(REPORT, figures={**CONFIRMING, "shares_outstanding": issued})
    assert found.formula == "balance sheet: shares_issued - treasury_shares, 100,500,000"
    assert count(REPORT, figures=figures, listings=0).value == 100_500_000
    assert count(REPORT, figures=figures, listings=2).reason is Refusal.SEVERAL_SHARE_CLASSES
    assert count(REPORT).reason is Refusal.NO_SHARE_COUNT
    refused = {**CONFIRMING, "shares_outstanding": ComputedFigure(None, Refusal.ISSUED_NOT_OUTSTANDING)}
    assert count(REPORT, figures=refused).reason is Refusal.ISSUED_NOT_OUTSTANDING
    # A company that tags its cover page counts each class there.
    assert count(REPORT, row(FLOAT, "9"), figures=figures).reason is Refusal.SEVERAL_SHARE_CLASSES


@pytest.mark.parametrize(
    ("value", "figures", "reason"),
    [
        ("110000000", CONFIRMING, None),  # a tenth more than the average
        ("110000001", CONFIRMING, Refusal.SHARE_COUNT_CONTRADICTED),
        ("90909091", CONFIRMING, None),  # the average is a tenth more
        ("90909090", CONFIRMING, Refusal.SHARE_COUNT_CONTRADICTED),
        # Earnings imply 80 million, a quarter less; or a little less than that.
        ("100000000", {**CONFIRMING, "net_income_to_common": 200_000_000}, None),
        ("100000001", {**CONFIRMING, "net_income_to_common": 200_000_000}, Refusal.SHARE_COUNT_CONTRADICTED),
        # 0.24 a share may be 0.235 to 0.245: too rounded to imply a count, 0.25 is not.
        ("100000000", {**CONFIRMING, "eps_basic": "0.24", "net_income_to_common": 12_000_000}, None),
        ("100000000", {**CONFIRMING, "eps_basic": "0.25", "net_income_to_common": 12_500_000},
         Refusal.SHARE_COUNT_CONTRADICTED),
        ("100000000", {**CONFIRMING, "eps_basic": "-2.50", "net_income_to_common": -250_000_000}, None),
        ("100000000", {"weighted_average_shares": 100_000_000}, None),
        ("100000000", {"weighted_average_shares_diluted": 100_000_000}, None),
        # The average is in millions: earnings alone confirm.
        ("100000000", {**CONFIRMING, "weighted_average_shares": 100}, None),
        ("110000001", {**CONFIRMING, "weighted_average_shares": 100}, Refusal.SHARE_COUNT_CONTRADICTED),
        ("100000000", {"weighted_average_shares": 100, "net_income_to_common": 10_000_000, "eps_basic": "0.10"},
         Refusal.SHARE_COUNT_UNCONFIRMED),
        ("100000000", {}, Refusal.SHARE_COUNT_UNCONFIRMED),
        ("100000000", {"net_income_to_common": 250_000_000}, Refusal.SHARE_COUNT_UNCONFIRMED),
    ],
)  # fmt: skip
def test_earnings_per_share_confirm_a_count(value: str, figures: Given, reason: Refusal | None) -> None:
    found = count(REPORT, cover(value), figures=figures)
    assert (found.value, found.reason) == (None if reason else Decimal(value), reason)


def test_the_newest_period_before_the_filing_confirms_a_count_a_quarter_before_its_year() -> None:
    company = Company(Cik(7), "Some Company", listings=(Listing(Ticker("T"), "NYSE"),))

    def counted(by_period: dict[object, Given], end: date = COVER_ON) -> Refusal | None:
        known = given(StatementKind.INCOME, by_period)  # type: ignore[arg-type]
        facts = table(REPORT, row(COVER, "100000000", end=end))
        return count_shares(company, known, facts, (), day=FILED, newest=YEAR).reason

    near, far = {"weighted_average_shares": 100_000_000}, {"weighted_average_shares": 150_000_000}
    assert counted({QUARTERS[3]: near, YEAR: far}) is None
    assert counted({QUARTERS[3]: far, YEAR: near}) is Refusal.SHARE_COUNT_CONTRADICTED
    assert counted({YEAR: near, QUARTERS[2]: far}) is None
    assert counted({QUARTERS[2]: near}) is None
    # The third quarter ended 200 days before, or a day more.
    assert counted({QUARTERS[2]: near}, QUARTERS[2].end + timedelta(days=142)) is None
    assert counted({QUARTERS[1]: near}, QUARTERS[1].end + timedelta(days=200)) is None
    assert counted({QUARTERS[1]: near}, QUARTERS[1].end + timedelta(days=201)) is Refusal.SHARE_COUNT_UNCONFIRMED
