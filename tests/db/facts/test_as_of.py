"""What the facts of a company say as of a day: all that was filed on it, and nothing of the day after."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.facts import loading as db_facts
from db.facts.fact_history import fact_history
from db.facts.splits import splits
from db.statements.as_known import statement
from db.statements.restatements import restatements
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.facts.restatements import Change
from workbench.domain.identity import Accession, Cik, Company
from workbench.domain.statements.statement import PeriodKind, StatementKind

APPLE, OTHER = Company(Cik(320193), "Apple Inc.", sic="3571"), Company(Cik(7), "Another Company", sic="3571")
YEAR = (date(2008, 9, 28), date(2009, 9, 26))
# Apple's report of fiscal 2009, and the amendment of January 2010 under new rules for iPhone revenue, in USD.
REPORTED, AMENDED = date(2009, 10, 27), date(2010, 1, 25)
AS_FILED = {"SalesRevenueNet": "36537000000", "NetIncomeLoss": "5704000000", "IncomeTaxExpenseBenefit": "2280000000"}
AS_AMENDED = {"SalesRevenueNet": "42905000000", "NetIncomeLoss": "8235000000", "IncomeTaxExpenseBenefit": "3831000000"}
NAMES = {REPORTED: "0001193125-09-214859", AMENDED: "0001193125-10-012091"}
DAY = timedelta(days=1)


def fact(tag: str, value: str, filed_on: date, **changes: object) -> Fact:
    fields: dict[str, object] = {
        "cik": APPLE.cik, "concept": Concept("us-gaap", tag), "unit": "USD", "period_start": YEAR[0], "period_end": YEAR[1],
        "value": Decimal(value), "accession": Accession(NAMES[filed_on]), "form": "10-K", "filed_on": filed_on,
    }  # fmt: skip
    return Fact(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def apple(connection: sa.Connection) -> sa.Connection:
    for company in (APPLE, OTHER):
        save_company(connection, company)
    filed = [fact(tag, value, REPORTED) for tag, value in AS_FILED.items()]
    filed += [fact(tag, value, AMENDED, form="10-K/A") for tag, value in AS_AMENDED.items()]
    filed.append(
        fact("SalesRevenueNet", "23000000000", REPORTED, dimensions=(("srt:ProductOrServiceAxis", "us-gaap:ProductMember"),))
    )
    db_facts.load_facts(connection, APPLE.cik, filed)
    db_facts.load_facts(connection, OTHER.cik, [fact("SalesRevenueNet", "1", REPORTED, cik=OTHER.cik)])
    return connection


@pytest.mark.parametrize(
    ("as_of", "values"),
    [
        (REPORTED - DAY, []),
        (REPORTED, [36_537_000_000, 23_000_000_000]),
        (AMENDED - DAY, [36_537_000_000, 23_000_000_000]),
        (AMENDED, [36_537_000_000, 42_905_000_000, 23_000_000_000]),
        (None, [36_537_000_000, 42_905_000_000, 23_000_000_000]),
    ],
)
def test_the_versions_of_a_fact(apple: sa.Connection, as_of: date | None, values: list[int]) -> None:
    for name in ("us-gaap:SalesRevenueNet", "SalesRevenueNet", " us-gaap:SalesRevenueNet "):
        assert [each.value for each in fact_history(apple, APPLE.cik, name, as_of=as_of)] == values


def test_a_version_of_a_fact_comes_whole(apple: sa.Connection) -> None:
    first, amended, product = fact_history(apple, APPLE.cik, "SalesRevenueNet")
    assert first == fact("SalesRevenueNet", "36537000000", REPORTED)
    assert amended == fact("SalesRevenueNet", "42905000000", AMENDED, form="10-K/A")
    assert product.dimensions == (("srt:ProductOrServiceAxis", "us-gaap:ProductMember"),)
    assert fact_history(apple, APPLE.cik, "ifrs-full:SalesRevenueNet") == []
    assert fact_history(apple, APPLE.cik, "Assets") == []
    assert [each.value for each in fact_history(apple, OTHER.cik, "SalesRevenueNet")] == [1]


@pytest.mark.parametrize("name", ["", " ", "us-gaap:"])
def test_a_concept_has_a_name(apple: sa.Connection, name: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        fact_history(apple, APPLE.cik, name)
    assert refused.value.message == f"{name!r} is not a concept"
    assert refused.value.hint == "name one such as us-gaap:Revenues"


def test_versions_come_by_period_then_by_filing(connection: sa.Connection) -> None:
    save_company(connection, APPLE)
    quarter, balance = date(2009, 6, 28), {"period_start": None}
    facts = [
        fact("Assets", "47501000000", REPORTED, **balance),
        fact("Assets", "53851000000", AMENDED, **balance),
        fact("Assets", "48140000000", AMENDED, period_end=quarter, **balance),
        fact("Assets", "9", REPORTED, period_start=quarter),
        fact("Assets", "8", REPORTED, unit="EUR", **balance),
    ]
    db_facts.load_facts(connection, APPLE.cik, facts)
    found = [(each.period_end, each.unit, int(each.value)) for each in fact_history(connection, APPLE.cik, "Assets")]
    assert found[0] == (quarter, "USD", 48_140_000_000)
    assert sorted(found[1:]) == sorted(
        [(YEAR[1], "USD", 9), (YEAR[1], "EUR", 8), (YEAR[1], "USD", 47_501_000_000), (YEAR[1], "USD", 53_851_000_000)]
    )
    assert found.index((YEAR[1], "USD", 47_501_000_000)) < found.index((YEAR[1], "USD", 53_851_000_000))


def revenue(connection: sa.Connection, as_of: date | None) -> int | None:
    found = statement(connection, APPLE, StatementKind.INCOME, PeriodKind.ANNUAL, as_of)
    if not found.periods:
        return None
    value = next(line for line in found.lines if line.line == "revenue").figures[-1].value
    return None if value is None else int(value)


def test_a_statement_changes_on_the_day_of_the_amendment(apple: sa.Connection) -> None:
    days = (REPORTED - DAY, REPORTED, AMENDED - DAY, AMENDED, None)
    assert [revenue(apple, day) for day in days] == [
        None, 36_537_000_000, 36_537_000_000, 42_905_000_000, 42_905_000_000
    ]  # fmt: skip


def test_a_restatement_is_known_from_the_day_of_the_amendment(apple: sa.Connection) -> None:
    assert restatements(apple, APPLE, AMENDED - DAY).changes == ()
    found = restatements(apple, APPLE, AMENDED)
    assert (found.company, found.as_of, found.filings_from) == (APPLE, AMENDED, REPORTED)
    assert dict(found.counts) == {Change.RESTATEMENT: 3}
    assert {each.after.concept: int(each.difference) for each in found.changes} == {
        "us-gaap:SalesRevenueNet": 6_368_000_000,
        "us-gaap:NetIncomeLoss": 2_531_000_000,
        "us-gaap:IncomeTaxExpenseBenefit": 1_551_000_000,
    }
    assert restatements(apple, APPLE).restated == found.restated
    # Selected by kind, day and page; the counts are of all kinds since the day.
    assert restatements(apple, APPLE, since=AMENDED).restated == found.restated
    later = restatements(apple, APPLE, since=AMENDED + DAY)
    assert (dict(later.counts), later.restated) == ({}, ())
    splits_only = restatements(apple, APPLE, kinds=[Change.SPLIT])
    assert (dict(splits_only.counts), splits_only.restated) == ({Change.RESTATEMENT: 3}, ())
    assert restatements(apple, APPLE, limit=1, offset=1).restated == found.restated[1:2]
    assert restatements(apple, APPLE, offset=2).restated == found.restated[2:]
    assert restatements(apple, OTHER).restated == ()


def test_a_split_is_known_from_the_filing_that_restates_for_it(connection: sa.Connection) -> None:
    save_company(connection, APPLE)
    tags = {
        "WeightedAverageNumberOfDilutedSharesOutstanding": ("907005000", "1814010000", "shares"),
        "EarningsPerShareDiluted": ("6.29", "3.15", "USD/shares"),
    }
    for tag, (before, after, unit) in tags.items():
        versions = [fact(tag, before, REPORTED, unit=unit), fact(tag, after, AMENDED, unit=unit)]
        db_facts.load_facts(connection, APPLE.cik, versions)
    assert splits(connection, APPLE.cik, AMENDED - DAY) == ()
    for as_of in (AMENDED, None):
        (found,) = splits(connection, APPLE.cik, as_of)
        assert (found.label, found.first_filed_on, found.accession) == ("2 for 1", AMENDED, NAMES[AMENDED])
    assert splits(connection, OTHER.cik) == ()
