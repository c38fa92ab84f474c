"""The same facts give the same tables, whatever order and in how many parts they are loaded."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.facts import load_facts
from db.ratios import ratios
from db.restatements import restatements
from db.statements import statement
from tests.conftest import MIRROR
from workbench.domain.facts import Fact
from workbench.domain.identity import Cik, Company
from workbench.domain.statements import PeriodKind, StatementKind
from workbench.parse.companyfacts import parse_company_facts

pytestmark = pytest.mark.mirror

SNOWFLAKE = Company(Cik(1640147), "Snowflake", sic="7372")


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    path = MIRROR / f"api/xbrl/companyfacts/CIK{SNOWFLAKE.cik.padded}.json"
    return list(parse_company_facts(path.read_bytes(), SNOWFLAKE.cik).facts)


def everything(connection: sa.Connection) -> list[object]:
    tables: list[object] = [
        statement(connection, SNOWFLAKE, kind, period, None) for kind in StatementKind for period in PeriodKind
    ]
    tables += [ratios(connection, SNOWFLAKE, period, None) for period in PeriodKind]
    return [*tables, restatements(connection, SNOWFLAKE)]


def test_shuffled_and_in_parts(connection: sa.Connection, facts: list[Fact]) -> None:
    save_company(connection, SNOWFLAKE)
    load_facts(connection, SNOWFLAKE.cik, facts)
    expected = everything(connection)
    for seed in range(2):
        connection.execute(sa.text("delete from financial_metrics where cik = :cik"), {"cik": SNOWFLAKE.cik.number})
        shuffled = [replace(fact) for fact in facts]
        random.Random(seed).shuffle(shuffled)
        half = len(shuffled) // 2
        load_facts(connection, SNOWFLAKE.cik, shuffled[:half])
        load_facts(connection, SNOWFLAKE.cik, shuffled[half:])
        assert everything(connection) == expected
