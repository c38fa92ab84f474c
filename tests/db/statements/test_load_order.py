"""The same facts give the same tables, whatever order and in how many parts they are loaded."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.companies import save_company
from db.facts.loading import load_facts
from db.statements.as_known import refresh_statements, statement
from db.statements.ratios import ratios
from db.statements.restatements import restatements
from tests.conftest import MIRROR
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik, Company
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind
from workbench.parse.xbrl.companyfacts import parse_company_facts

SNOWFLAKE = Company(Cik(1640147), "Snowflake", sic="7372")


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    path = MIRROR / f"api/xbrl/companyfacts/CIK{SNOWFLAKE.cik.padded}.json"
    return list(parse_company_facts(path.read_bytes(), SNOWFLAKE.cik).facts)


def everything(connection: sa.Connection, company: Company = SNOWFLAKE) -> list[object]:
    tables: list[object] = [
        statement(connection, company, kind, period, None) for kind in StatementKind for period in PeriodKind
    ]
    tables += [ratios(connection, company, period, None) for period in PeriodKind]
    return [*tables, restatements(connection, company)]


@pytest.mark.mirror
def test_shuffled_and_in_parts(connection: sa.Connection, facts: list[Fact]) -> None:
    save_company(connection, SNOWFLAKE)
    load_facts(connection, SNOWFLAKE.cik, facts)
    expected = everything(connection)
    for seed in range(2):
        connection.execute(sa.text("delete from financial_metrics where cik = :cik"), {"cik": SNOWFLAKE.cik.number})
        shuffled = list(facts)
        random.Random(seed).shuffle(shuffled)
        half = len(shuffled) // 2
        load_facts(connection, SNOWFLAKE.cik, shuffled[:half])
        load_facts(connection, SNOWFLAKE.cik, shuffled[half:])
        assert everything(connection) == expected


ACME = Company(Cik(7), "Acme", sic="3571")


def _filings() -> list[Fact]:
    """Two years of quarters with a restatement, a retag, a filing that states one figure twice, and a split's trace."""
    facts = []
    for year in (2022, 2023, 2024):
        ends = [date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)]
        for number, end in enumerate(ends, 1):
            form, filed = ("10-K", date(year + 1, 2, 20)) if number == 4 else ("10-Q", end + timedelta(days=40))
            accession = Accession(f"0000000007-{filed.year % 100:02d}-{number:06d}")
            revenue = "SalesRevenueNet" if year == 2022 else "Revenues"
            for tag, amount in ((revenue, 100), ("NetIncomeLoss", 10), ("IncomeTaxExpenseBenefit", 3)):
                value = Decimal(amount * number * 1_000_000 + year)
                facts.append(_fact(tag, date(year, 1, 1), end, value, accession, form, filed))
                facts.append(
                    _fact(tag, date(year, 1, 1), end, value.quantize(Decimal(1)) // 1000 * 1000, accession, form, filed)
                )
                earlier = date(year - 1, end.month, end.day)
                restated = Decimal(amount * number * 1_000_000 + year - 1 + (5_000_000 if number == 4 else 0))
                facts.append(_fact(tag, date(year - 1, 1, 1), earlier, restated, accession, form, filed))
            for tag, amount in (("Assets", 900), ("StockholdersEquity", 400), ("LiabilitiesAndStockholdersEquity", 900)):
                facts.append(_fact(tag, None, end, Decimal((amount + number) * 1_000_000), accession, form, filed))
    return facts


def _fact(tag: str, *rest: Any) -> Fact:
    return Fact(ACME.cik, Concept("us-gaap", tag), "USD", *rest)


@pytest.fixture
def acme(connection: sa.Connection) -> tuple[sa.Connection, list[object]]:
    save_company(connection, ACME)
    with connection.begin_nested() as whole:
        load_facts(connection, ACME.cik, _filings())
        expected = everything(connection, ACME)
        whole.rollback()
    assert sum(isinstance(each, Statement) and len(each.periods) >= 3 for each in expected) >= 6
    return connection, expected


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shuffled=st.permutations(_filings()),
    cuts=st.lists(st.integers(0, len(_filings())), max_size=3),
    repeat=st.booleans(),
    stored=st.booleans(),
)
def test_any_order_in_any_parts_gives_the_same(
    acme: tuple[sa.Connection, list[object]], shuffled: list[Fact], cuts: list[int], repeat: bool, stored: bool
) -> None:
    connection, expected = acme
    with connection.begin_nested() as attempt:
        places = [0, *sorted(cuts), len(shuffled)]
        for start, end in pairwise(places):
            load_facts(connection, ACME.cik, shuffled[start:end])
            if stored:
                refresh_statements(connection, ACME.cik)
        if repeat:
            assert load_facts(connection, ACME.cik, shuffled) == 0
        assert everything(connection, ACME) == expected
        attempt.rollback()
