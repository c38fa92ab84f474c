"""The day on which a figure became known is the first `as_of` that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import MIRROR
from tests.domain.statements.test_figures import COMPANY, FILED, H1, NINE, Q1, START, YEAR, a_year, figure
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FILED_ON, FiledVersion
from workbench.domain.facts.splits import SPLIT_TAGS, find_splits
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind
from workbench.parse.xbrl.companyfacts import parse_company_facts

DAY = timedelta(days=1)
LATER = date(2025, 2, 1)


def test_a_figure_is_known_from_its_last_operand_on() -> None:
    quarters = a_year().statement()
    assert figure(quarters, "net_income", "Q1 2023").known_on == FILED[Q1]
    assert figure(quarters, "net_income", "Q4 2023").known_on == FILED[YEAR]  # the year less nine months
    assert figure(quarters, "revenue", "Q4 2023").known_on is None


def test_a_restated_figure_is_known_from_the_restatement_on() -> None:
    filings = a_year()
    filings.add("NetIncomeLoss", START, YEAR, "450", filed=LATER)
    assert figure(filings.statement(period=PeriodKind.ANNUAL), "net_income", "FY 2023").known_on == LATER


def test_operands_are_known_together_once_the_unchanged_one_was_filed_again() -> None:
    filings = a_year()
    filings.add("NetIncomeLoss", START, YEAR, "450", filed=LATER)
    again = LATER + timedelta(days=89)
    filings.add("NetIncomeLoss", START, NINE, "300", filed=again)
    found = figure(filings.statement(), "net_income", "Q4 2023")
    assert (found.value, found.known_on) == (Decimal(150), again)


def test_a_value_that_was_known_under_another_tag_is_no_news() -> None:
    filings = a_year()
    filings.add("SalesRevenueNet", START, YEAR, "900")
    filings.add("RevenueFromContractWithCustomerExcludingAssessedTax", START, YEAR, "900", filed=LATER)
    assert figure(filings.statement(period=PeriodKind.ANNUAL), "revenue", "FY 2023").known_on == FILED[YEAR]


def test_an_opening_balance_is_known_with_its_period() -> None:
    filings = a_year()
    cash = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
    for end, value in ((START - DAY, "10"), (Q1, "30")):
        filings.add(cash, None, end, value, filed=date(2023, 2, 20) if end < START else FILED[Q1])
    for tag in ("NetCashProvidedByUsedInOperatingActivities", f"{cash}PeriodIncreaseDecreaseIncludingExchangeRateEffect"):
        filings.add(tag, START, Q1, "20")
    found = figure(filings.statement(StatementKind.CASHFLOW), "cash_at_start", "Q1 2023")
    assert (found.value, found.facts[0].filed_on, found.known_on) == (Decimal(10), date(2023, 2, 20), FILED[Q1])


class Filed(NamedTuple):
    """What a `FactTable` is made of, and whose facts they are."""

    company: Company
    versions: list[FiledVersion]
    names: dict[int, str]
    units: dict[int, str]


def as_of(filed: Filed, kind: StatementKind, day: date | None) -> Iterator[Statement]:
    versions = [row for row in filed.versions if day is None or row[FILED_ON] <= day]
    facts = FactTable(versions, filed.names, filed.units)
    splits = () if kind is StatementKind.CASHFLOW else find_splits(facts.filings(SPLIT_TAGS), filed.names)
    for period in (PeriodKind.ANNUAL, PeriodKind.QUARTERLY):
        yield assemble(filed.company, kind, period, day, facts, splits=splits)


def by_place(statements: Iterator[Statement]) -> dict[tuple[object, ...], Figure]:
    return {
        (each.period, line.line, period.end): found
        for each in statements
        for line in each.lines
        for period, found in zip(each.periods, line.figures, strict=True)
    }


ENDS = (Q1, H1, NINE, YEAR)


TAGS = ("NetIncomeLoss", "OperatingIncomeLoss", "Revenues")
CHANGES = st.tuples(st.sampled_from(TAGS), st.sampled_from(ENDS), st.integers(1, 9), st.sampled_from((0, 1, 2)))


@settings(max_examples=20, deadline=None)
@given(st.data(), st.lists(CHANGES, max_size=8))
def test_each_figure_is_shown_from_its_day_on_and_not_before(
    data: st.DataObject, changes: list[tuple[str, date, int, int]]
) -> None:
    filings = a_year()
    for number, (tag, end, value, years) in enumerate(changes):
        filed = FILED[end].replace(year=FILED[end].year + years)
        # Values are unlike each other, so that none is known by chance before it is filed.
        filings.add(
            tag, START, end, str(1000 * value + 10 ** (number % 3)), filed=filed, accession=f"0000000007-23-{number:06d}"
        )
    names = {number: name for name, number in filings.names.items()}
    filed = Filed(COMPANY, filings.versions, names, filings.units)
    now = by_place(as_of(filed, StatementKind.INCOME, None))
    day = data.draw(st.sampled_from(sorted({found.known_on for found in now.values() if found.known_on})))
    if day:
        then = by_place(as_of(filed, StatementKind.INCOME, day))
        before = by_place(as_of(filed, StatementKind.INCOME, day - DAY))
        for place, found in now.items():
            if found.known_on == day:
                assert then[place].value == found.value, place
                assert place not in before or before[place].value != found.value, place


def recorded_facts(company: Company, kind: StatementKind) -> Filed:
    parsed = parse_company_facts((MIRROR / f"api/xbrl/companyfacts/CIK{company.cik.padded}.json").read_bytes(), company.cik)
    needed = ConceptMap.load().all_tags(kind) | SPLIT_TAGS
    facts = [fact for fact in parsed.facts if str(fact.concept) in needed and not fact.dimensions]
    names = {name: number for number, name in enumerate(sorted({str(fact.concept) for fact in facts}))}
    units = {unit: number for number, unit in enumerate(sorted({fact.unit for fact in facts}))}
    versions: list[FiledVersion] = [
        (
            names[str(fact.concept)], fact.period_end, fact.period_start, units[fact.unit], fact.value, fact.accession.text,
            fact.form, fact.filed_on,
        )
        for fact in facts
    ]  # fmt: skip
    named = {number: name for name, number in names.items()}
    return Filed(company, versions, named, {number: unit for unit, number in units.items()})


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("company", "kind", "day"),
    [
        (Company(Cik(320187), "Nike", sic="3021"), StatementKind.CASHFLOW, date(2019, 7, 23)),
        (Company(Cik(320187), "Nike", sic="3021"), StatementKind.INCOME, date(2016, 7, 21)),
        (Company(Cik(1640147), "Snowflake", sic="7372"), StatementKind.INCOME, date(2021, 12, 3)),
        (Company(Cik(1640147), "Snowflake", sic="7372"), StatementKind.CASHFLOW, date(2021, 3, 31)),
    ],
)
def test_figures_of_a_company_are_shown_from_their_day_on(company: Company, kind: StatementKind, day: date) -> None:
    filed = recorded_facts(company, kind)
    now, then, before = (by_place(as_of(filed, kind, each)) for each in (None, day, day - DAY))
    known = {place: found for place, found in now.items() if found.known_on == day}
    assert len(known) > 20
    late = [place for place, found in known.items() if place not in then or then[place].value != found.value]
    early = [place for place, found in known.items() if place in before and before[place].value == found.value]
    assert (late, early) == ([], [])
