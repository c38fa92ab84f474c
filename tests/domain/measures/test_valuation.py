"""Measures of value: their definitions, and what industries, currencies and forms of report refuse them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.ratios import all_figures, names_in, ratio_definitions
from workbench.domain.measures.traded_unit import CoverPage
from workbench.domain.measures.valuation import KnownCompany, Valuation, multiples
from workbench.domain.statements.concepts import ConceptMap

END, FILED, DAY = date(2023, 12, 31), date(2024, 2, 20), date(2024, 3, 28)
MAKER = Company(Cik(7), "Maker Corp", (Listing(Ticker("MKR")),), sic="3571", state_of_incorporation="DE")
# A year of a company with 100 million shares: 5.00 earned on each.
REPORT = {
    "dei:EntityCommonStockSharesOutstanding": "100000000",
    "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic": "101000000", "us-gaap:EarningsPerShareBasic": "4.95",
    "us-gaap:NetIncomeLoss": "500000000", "us-gaap:IncomeTaxExpenseBenefit": "100000000",
    "us-gaap:Revenues": "4000000000", "us-gaap:OperatingIncomeLoss": "700000000",
    "us-gaap:DepreciationDepletionAndAmortization": "100000000", "us-gaap:InterestExpense": "50000000",
    "us-gaap:NetCashProvidedByUsedInOperatingActivities": "650000000",
    "us-gaap:PaymentsToAcquirePropertyPlantAndEquipment": "150000000", "us-gaap:PaymentsOfDividends": "200000000",
    "us-gaap:Assets": "6000000000", "us-gaap:StockholdersEquity": "2500000000",
    "us-gaap:CashAndCashEquivalentsAtCarryingValue": "300000000", "us-gaap:ShortTermBorrowings": "100000000",
    "us-gaap:LongTermDebtCurrent": "200000000", "us-gaap:LongTermDebtNoncurrent": "1000000000",
    "us-gaap:MinorityInterest": "40000000", "us-gaap:PreferredStockValue": "60000000",
    "us-gaap:PreferredStockParOrStatedValuePerShare": "1", "us-gaap:PreferredStockSharesOutstanding": "2000000",
}  # fmt: skip
PER_SHARE = ("PreferredStockParOrStatedValuePerShare", "PreferredStockLiquidationPreference")
INSTANTS = (
    "Assets",
    "Equity",
    "Cash",
    "ShortTerm",
    "LongTerm",
    "Minority",
    "PreferredStock",
    "SharesOut",
    "Noncurrent",
    "PayableCurrent",
    "NotesCurrent",
)


def value(
    company: Company = MAKER,
    *,
    form: str = "10-K",
    currency: str = "USD",
    day: date = DAY,
    covers: Sequence[CoverPage] = (),
    **changes: str | None,
) -> Valuation:
    """At a close of 60.00, with what `changes` puts in the place of facts by their tags (None: not reported)."""
    told = {name: changes.get(name.split(":")[1], text) for name, text in REPORT.items()}
    told |= {
        f"us-gaap:{tag}": text for tag, text in changes.items() if f"us-gaap:{tag}" not in told and f"dei:{tag}" not in told
    }
    concepts = dict(enumerate(told, start=1))
    units = {1: currency, 2: "shares", 3: f"{currency}/shares"}
    rows: list[FiledVersion] = []
    for number, name in concepts.items():
        text, tag = told[name], name.split(":")[1]
        if text is not None:
            unit = 3 if tag.startswith("EarningsPer") or tag in PER_SHARE else 2 if "Shares" in tag else 1
            is_instant = any(word in tag for word in INSTANTS) and not tag.startswith(("NetCash", "Weighted"))
            start = None if is_instant else date(2023, 1, 1)
            end = date(2024, 2, 9) if name.startswith("dei:") else END
            rows.append((number, end, start, unit, Decimal(text), "0000000007-24-000001", form, FILED))
    price = Decimal("60.00")
    bars = [
        DailyBar(Ticker("MKR"), day - timedelta(days=back), price, price, price, price, 1, None, "alpha-vantage")
        for back in range(200, -1, -1)
    ]
    return KnownCompany(company, FactTable(rows, concepts, units), concepts, (), covers=covers, day=day).value(day, bars)


def test_formulas_use_lines_ratios_and_earlier_measures_only() -> None:
    figures = all_figures(MAKER, FactTable([], {}, {}))
    known = {line.name for line in figures.template.lines}
    known |= set(ratio_definitions()) | {"market_cap", "preferred_claim"}
    assert not known - {"market_cap"} & set(multiples())
    for multiple in multiples().values():
        assert set(names_in(multiple.ratio.expression)) <= known, multiple.name
        known.add(multiple.name)
    assert len({multiple.ratio.label for multiple in multiples().values()}) == len(multiples()) >= 11


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("market_cap", "6000000000.00"),
        ("enterprise_value", "7100000000.00"),  # and 1,300 of debt, 40 of minorities, 60 preferred, less 300 of cash
        ("pe", "12.0000"),
        ("pe_fiscal_year", "12.0000"),
        ("ps", "1.5000"),
        ("pb", "2.4590"),  # 6,000 / (2,500 - 60)
        ("ev_to_ebitda", "8.8750"),  # 7,100 / 800
        ("ev_to_sales", "1.7750"),
        ("earnings_yield", "8.3333"),
        ("free_cash_flow_yield", "8.3333"),  # (650 - 150) / 6,000
        ("dividend_yield", "3.3333"),
    ],
)
def test_measures_of_a_year(name: str, expected: str) -> None:
    assert value().figure(name).value == Decimal(expected)


def test_what_was_never_reported_counts_as_nothing_and_says_so() -> None:
    found = value(MinorityInterest=None, PreferredStockValue=None, PreferredStockSharesOutstanding=None).figure(
        "enterprise_value"
    )
    assert found.value == Decimal("7000000000.00")
    assert found.formula is not None
    assert "0 [no noncontrolling_claim reported]" in found.formula


def test_preferred_stock_counts_with_what_was_paid_in_above_par() -> None:
    found = value(PreferredStockValue="1000000", PreferredStockIncludingAdditionalPaidInCapital="90000000")
    assert found.figure("enterprise_value").value == Decimal("7130000000.00")  # 90 of it in place of 60
    assert found.figure("pb").value == Decimal("2.4896")  # 6,000 / (2,500 - 90)


@pytest.mark.parametrize(
    ("changes", "expected", "reason"),
    [
        # General Electric's of 2022: 6 million at par, 5,795 million to be paid; here a tenth of it.
        ({"PreferredStockValue": "2000000", "PreferredStockLiquidationPreferenceValue": "579500000"}, "7619500000.00", None),
        ({"PreferredStockValue": "2000000", "PreferredStockLiquidationPreference": "25"}, "7090000000.00", None),
        ({"PreferredStockValue": "2000000"}, None, "preferred_at_par"),
        # Marvell's of May 2026: 2 million shares sold for 2 billion, filed as 0 in a statement of millions.
        ({"PreferredStockValue": "0"}, None, "preferred_at_par"),
        ({"PreferredStockValue": None}, None, "preferred_at_par"),
        ({"PreferredStockParOrStatedValuePerShare": None}, None, "preferred_at_par"),
        ({"PreferredStockValue": "0", "PreferredStockSharesOutstanding": "0"}, "7040000000.00", None),
    ],
)
def test_preferred_stock_claims_more_than_its_par(
    changes: dict[str, str | None], expected: str | None, reason: str | None
) -> None:
    found = value(**changes).figure("enterprise_value")  # type: ignore[arg-type]
    assert (found.value, found.reason) == (Decimal(expected) if expected else None, reason)


@pytest.mark.parametrize(
    ("changes", "expected", "reason"),
    [
        # A line beside long-term debt may be a part of it, or another 500 million.
        ({"ConvertibleDebtNoncurrent": "500000000"}, None, "parts_without_total"),
        ({"ConvertibleDebtNoncurrent": "500000000", "LongTermDebt": "1200000000"}, "7100000000.00", None),
        ({"ConvertibleDebtNoncurrent": "500000000", "LongTermDebt": "1700000000"}, None, "parts_without_total"),
        # Notes due within a year under a tag of their kind are debt as well.
        ({"LongTermDebtCurrent": None, "ConvertibleNotesPayableCurrent": "250000000"}, "7150000000.00", None),
        (
            {"LongTermDebtCurrent": None, "ConvertibleNotesPayableCurrent": "250000000", "SeniorNotesCurrent": "100000000"},
            None, "parts_without_total",
        ),
        # Equity of all owners less that of the parent's: 35 million of others, whom no line names.
        ({"MinorityInterest": None, "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest": "2535000000"},
         "7095000000.00", None),
    ],
)  # fmt: skip
def test_every_claim_counts_or_the_measure_is_refused(
    changes: dict[str, str | None], expected: str | None, reason: str | None
) -> None:
    found = value(**changes).figure("enterprise_value")  # type: ignore[arg-type]
    assert (found.value, found.reason) == (Decimal(expected) if expected else None, reason)


def test_interest_without_debt_leaves_the_debt_unknown() -> None:
    without = {"ShortTermBorrowings": None, "LongTermDebtCurrent": None, "LongTermDebtNoncurrent": None}
    assert value(**without).figure("enterprise_value").reason == "operand_missing"
    assert value(**without, InterestExpense=None).figure("enterprise_value").value == Decimal("5800000000.00")


@pytest.mark.parametrize("sic", ["6021", "6331", "6211"])
def test_banks_insurers_and_brokers_have_no_enterprise_value(sic: str) -> None:
    found = value(replace(MAKER, sic=sic))
    refused = {line.line for line in found.lines if line.figure.reason == "not_for_industry"}
    assert refused == {"enterprise_value", "ev_to_ebitda", "ev_to_sales", "free_cash_flow_yield"}
    assert found.figure("pb").value is not None
    assert found.industry in ConceptMap.load().industry_names


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"form": "20-F"}, "depositary_ratio_unknown"),
        ({"company": replace(MAKER, listings=())}, "not_listed"),
        ({"day": date(2025, 6, 30)}, "stale_share_count"),
        ({"EntityCommonStockSharesOutstanding": "100000"}, "share_count_contradicted"),
        ({"EntityCommonStockSharesOutstanding": "80000000"}, "share_count_contradicted"),
        ({"EntityCommonStockSharesOutstanding": None}, "no_share_count"),
        (
            {"WeightedAverageNumberOfSharesOutstandingBasic": None, "EarningsPerShareBasic": None},
            "share_count_unconfirmed",
        ),
    ],
)
def test_a_market_capitalisation_is_refused(changes: dict[str, object], reason: str) -> None:
    found = value(**changes)  # type: ignore[arg-type]
    assert {line.figure.reason for line in found.lines} >= {reason}
    assert (found.figure("market_cap").value, found.figure("market_cap").reason) == (None, reason)


TITLES = "Securities registered pursuant to Section 12(b) of the Act:\nTitle of each class\tTrading symbol\n"
CHECKS = "\nIndicate by check mark if the registrant is a well-known seasoned issuer."
RECEIPTS = CoverPage(
    FILED, f"{TITLES}American Depositary\xa0Shares, each representing 10 Ordinary Shares\tMKR\nOrdinary Shares*\t9688{CHECKS}"
)
SHARES = CoverPage(FILED, f"{TITLES}Common stock, par value $0.01 per share\tMKR{CHECKS}")


@pytest.mark.parametrize(
    ("cover", "has_receipts"),
    [
        (RECEIPTS, True),
        (SHARES, False),
        (CoverPage(FILED, "Title of Class\nAmerican depository receipts" + CHECKS), True),
        (CoverPage(FILED, CHECKS + RECEIPTS.text), True),  # boxes first, as on many quarterly reports
        # What stands behind the next box is no title: here a glossary.
        (SHARES._replace(text=SHARES.text + "\nADS means American Depositary Shares."), False),
        # Depositary shares of preferred stock are no receipts of the common.
        (CoverPage(FILED, f"{TITLES}Depositary Shares, each a 1/400th of a Share of Preferred Stock\tMKR-PA{CHECKS}"), False),
        # A quarterly report of before 2019 names no securities.
        (CoverPage(FILED, "FORM 10-Q\nAmerican Depositary Corp" + CHECKS), None),
    ],
)
def test_receipts_are_what_a_cover_page_registers(cover: CoverPage, has_receipts: bool | None) -> None:
    assert cover.has_receipts is has_receipts


@pytest.mark.parametrize(
    ("covers", "reason"),
    [
        ([RECEIPTS], "depositary_ratio_unknown"),
        ([SHARES], None),
        # The newest that names any counts: receipts may be taken off the exchange for the shares, and the other way round.
        ([RECEIPTS._replace(filed_on=date(2022, 2, 20)), SHARES], None),
        ([RECEIPTS, SHARES._replace(filed_on=date(2022, 2, 20))], "depositary_ratio_unknown"),
        ([RECEIPTS, CoverPage(DAY, "FORM 10-Q")], "depositary_ratio_unknown"),
    ],
)
def test_a_price_of_receipts_is_not_one_of_the_shares_counted(covers: list[CoverPage], reason: str | None) -> None:
    found = value(covers=covers).figure("market_cap")
    assert (found.value, found.reason) == (None if reason else 6_000_000_000, reason)


def test_a_wrong_scale_of_the_average_does_not_matter_where_earnings_tell() -> None:
    # McDonald's files 751.8 where 751.8 million are meant.
    assert value(WeightedAverageNumberOfSharesOutstandingBasic="101.0").figure("market_cap").value == 6_000_000_000


def test_the_balance_sheet_counts_where_no_cover_page_is_tagged() -> None:
    found = value(EntityCommonStockSharesOutstanding=None, CommonStockSharesOutstanding="99000000")
    assert found.figure("market_cap").value == 5_940_000_000
    assert "balance sheet: shares_outstanding" in (found.figure("market_cap").formula or "")


def test_a_count_below_nothing_is_confirmed_by_nothing() -> None:
    found = value(EntityCommonStockSharesOutstanding=None, CommonStockSharesOutstanding="-99000000")
    assert (found.figure("market_cap").value, found.figure("market_cap").reason) == (None, "share_count_unconfirmed")


def test_the_balance_sheet_does_not_count_for_one_of_several_listed_classes() -> None:
    both = replace(MAKER, listings=(*MAKER.listings, Listing(Ticker("MKR-B"))))
    found = value(both, EntityCommonStockSharesOutstanding=None, CommonStockSharesOutstanding="99000000")
    assert found.figure("market_cap").reason == "several_share_classes"


def test_figures_in_another_currency_are_not_held_against_dollars() -> None:
    found = value(form="40-F", currency="CAD")
    assert found.figure("market_cap").value == 6_000_000_000
    assert {line.figure.reason for line in found.lines if line.line != "market_cap"} == {"currency_mismatch"}
