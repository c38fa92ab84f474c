"""The version of a company's facts is another after each change of them, and after nothing else."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from db.facts.loading import load_facts
from db.facts.versions import facts_version
from tests.db.facts.test_loading import APPLE, fact
from workbench.domain.facts.fact import Fact
from workbench.domain.identity import Cik

FIRST = fact("53851000000")


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(fact("47501000000", "0001193125-10-012091", date(2010, 1, 25)), id="a restatement"),
        pytest.param(fact("39572000000", period_end=date(2008, 9, 27)), id="another figure of the same filing"),
        pytest.param(fact("53851000001"), id="more digits of the same figure"),
    ],
)
def test_facts_that_come_beside_others_change_the_version(connection: sa.Connection, later: Fact) -> None:
    assert facts_version(connection, APPLE) == 0
    load_facts(connection, APPLE, [FIRST])
    first = facts_version(connection, APPLE)
    assert first > 0
    load_facts(connection, APPLE, [later])
    assert facts_version(connection, APPLE) > first


def test_facts_that_are_there_change_nothing_and_no_other_company(connection: sa.Connection) -> None:
    load_facts(connection, APPLE, [FIRST])
    before = facts_version(connection, APPLE)
    load_facts(connection, APPLE, [FIRST])
    load_facts(connection, APPLE, [])
    load_facts(connection, Cik(7), [fact("1", cik=Cik(7))])
    assert facts_version(connection, APPLE) == before
