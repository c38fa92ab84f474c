"""Earnings per share of twelve months: by hand from made reports, and from those of recorded companies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.statements.test_figures import FILED, H1, START, YEAR, Filings, figure
from tests.domain.statements.test_known_on import recorded_facts
from tests.domain.statements.test_trailing_months import NEXT, NEXT_H1, NEXT_Q1, REPORTED, two_years
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.splits import SPLIT_TAGS, find_splits
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.identities import Outcome
from workbench.domain.statements.per_share import evaluate_per_share
from workbench.domain.statements.statement import Figure, PeriodKind, StatementKind, Status

BASIC, DILUTED = "EarningsPerShareBasic", "EarningsPerShareDiluted"
SHARES, DILUTED_SHARES = "WeightedAverageNumberOfSharesOutstandingBasic", "WeightedAverageNumberOfDilutedSharesOutstanding"
# Net income of 500, 200 and 200 in the year, its half and the half of the next one.
SPANS = ((START, YEAR, FILED[YEAR]), (START, H1, FILED[H1]), (NEXT, NEXT_H1, REPORTED[NEXT_H1]))


def twelve(filings: Filings, line: str = "eps_basic") -> Figure:
    return figure(filings.statement(period=PeriodKind.TTM), line, "TTM Q2 2024")


def reported(filings: Filings, per_share: tuple[str, ...], shares: tuple[str, ...], *, is_diluted: bool = False) -> Filings:
    for (start, end, filed), amount, count in zip(SPANS, per_share, shares, strict=True):
        filings.add(DILUTED if is_diluted else BASIC, start, end, amount, filed=filed, unit=3)
        filings.add(DILUTED_SHARES if is_diluted else SHARES, start, end, count, filed=filed, unit=2)
    return filings


def test_earnings_by_shares_averaged_over_the_days() -> None:
    found = twelve(reported(two_years(), ("5.00", "2.22", "1.82"), ("100.1", "90.1", "110.1")))
    # 365, 181 and 182 days: (100.1 * 365 - 90.1 * 181 + 110.1 * 182) / 366 = 110.0186 shares; 500 of income.
    assert (found.value, found.status, found.unit) == (Decimal("4.5447"), Status.DERIVED, "USD/shares")
    assert found.formula == (
        "net_income_to_common [net_income [quarter + [fiscal year - first nine months] + quarter + quarter]] / "
        "weighted_average_shares [year + year to date - year to date of that year, by days]"
    )
    assert [fact.value for fact in found.facts if fact.unit == "shares"] == [
        Decimal(each) for each in ("100.1", "110.1", "90.1")
    ]


def test_a_filed_average_that_does_not_give_the_filed_earnings_per_share_proves_nothing() -> None:
    assert (
        twelve(reported(two_years(), ("5.00", "2.22", "1.82"), ("100003", "90.1", "110.1"))).reason
        == "share_count_contradicted"
    )


def test_a_span_that_is_not_reported_leaves_it_refused() -> None:
    filings = two_years()
    filings.add(BASIC, START, YEAR, "5.00", unit=3)
    filings.add(SHARES, START, YEAR, "100.1", unit=2)
    assert twelve(filings).reason == "not_additive"
    assert twelve(filings, "weighted_average_shares").reason == "not_additive"


def test_diluted_shares_of_a_loss_are_no_average() -> None:
    filings = reported(two_years(), ("5.00", "2.22", "1.82"), ("100.1", "90.1", "110.1"), is_diluted=True)
    assert twelve(filings, "eps_diluted").value == Decimal("4.5447")
    filings = reported(two_years(), ("5.00", "-0.11", "1.82"), ("100.1", "90.1", "110.1"), is_diluted=True)
    filings.add("NetIncomeLoss", START, H1, "-10", filed=FILED[H1].replace(day=2))
    assert twelve(filings, "eps_diluted").value is None


@pytest.mark.parametrize(("last", "expected"), [("101", (Decimal("4.70"), None)), ("104", (None, "not_additive"))])
def test_four_reported_quarters_are_added_up_where_their_shares_are_alike(
    last: str, expected: tuple[Decimal | None, str | None]
) -> None:
    filings = two_years()
    ends = ((date(2023, 7, 1), date(2023, 9, 30)), (date(2023, 10, 1), YEAR), (NEXT, NEXT_Q1), (date(2024, 4, 1), NEXT_H1))
    for (start, end), amount, count in zip(ends, ("1.00", "1.90", "0.90", "0.90"), ("100", "100", "101", last), strict=True):
        filed = FILED.get(end) or REPORTED[end]
        filings.add(BASIC, start, end, amount, filed=filed, unit=3)
        filings.add(SHARES, start, end, count, filed=filed, unit=2)
    found = twelve(filings)
    assert (found.value, found.reason) == expected
    assert found.formula == ("quarter + quarter + quarter + quarter" if expected[0] else None)


# By hand, in millions: shares (year * days + year to date * days - that of the year before * days) / days of all.
@pytest.mark.mirror
@pytest.mark.parametrize(
    ("company", "label", "line", "value"),
    [
        # 15,343.783 + 273 / 364 * (14,992.898 - 15,401.047) = 15,037.671; 99,280 of income.
        (Company(Cik(320193), "Apple", sic="3571"), "TTM Q3 2025", "eps_basic", "6.6021"),
        # (8,041 * 366 + 8,011 * 89 - 8,053 * 90) / 365 = 8,030.726; 19,436 + 4,487 - 5,104 = 18,819.
        (Company(Cik(104169), "Walmart", sic="5331"), "TTM Q1 2026", "eps_basic", "2.3434"),
        # Weeks of 12: 443.914 + 252 / 364 * (443.976 - 443.870) = 443.987; 7,843.
        (Company(Cik(909832), "Costco", sic="5331"), "TTM Q3 2025", "eps_basic", "17.6649"),
        # All since restated for the split of 2024: 24,940 + 182 / 364 * (24,869 - 24,948) = 24,900.5; 53,008.
        (Company(Cik(1045810), "NVIDIA", sic="3674"), "TTM Q2 2025", "eps_diluted", "2.1288"),
        # Its averages are filed in millions as units: 751.8.
        (Company(Cik(63908), "McDonald's", sic="5812"), "TTM Q1 2025", "eps_basic", None),
    ],
)
def test_twelve_months_of_recorded_companies(company: Company, label: str, line: str, value: str | None) -> None:
    filed = recorded_facts(company, StatementKind.INCOME)
    facts = FactTable(filed.versions, filed.names, filed.units)
    splits = find_splits(facts.filings(SPLIT_TAGS), filed.names)
    found = figure(assemble(company, StatementKind.INCOME, PeriodKind.TTM, None, facts, splits=splits), line, label)
    assert (found.value, found.reason) == ((Decimal(value), None) if value else (None, "share_count_contradicted"))


def test_twelve_months_whose_shares_nobody_files_are_not_checked() -> None:
    statement = reported(two_years(), ("5.00", "2.22", "1.82"), ("100003", "90.1", "110.1")).statement(period=PeriodKind.TTM)
    names = ("eps_basic", "weighted_average_shares", "net_income")
    column = {name: figure(statement, name, "TTM Q2 2024") for name in names}
    assert evaluate_per_share(column).outcome is Outcome.NOT_CHECKED
