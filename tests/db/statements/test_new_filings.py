"""A new filing costs what it changes: columns and checks that it leaves as they were are not computed again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.screens.refresh import refresh_figures
from db.statements import as_known
from db.statements import stored_statements as stored_columns
from db.statements.as_known import refresh_statements
from db.statements.company_facts import CompanyFacts
from db.tables import company_metric_states, company_metrics, statement_checks, stored_statement_columns, stored_statements
from tests.database_server import clone, drop
from workbench.domain.identity import Cik
from workbench.ingest.starter.load import packaged_file
from workbench.parse.starter import decode

# Marvell's report for the quarter to 2 May 2026, whose figures reach back to 1 February 2025.
_CIK, _NEWEST = Cik(1835632), date(2026, 5, 28)
_TABLES = (company_metrics, statement_checks, stored_statement_columns, stored_statements)


@pytest.fixture(scope="module")
def loaded(postgres_url: str) -> Iterator[Database]:
    """Marvell as computed before the filing, which came in since."""
    (marvell,) = decode(packaged_file(), only={_CIK})
    database = Database(clone(postgres_url, "new_filings"))
    with database.write() as connection:
        save_company(connection, marvell.company)
        load_facts(connection, _CIK, [fact for fact in marvell.facts if fact.filed_on < _NEWEST])
        refresh_figures(connection, _CIK)
        load_facts(connection, _CIK, marvell.facts)
    yield database
    database.close()
    drop(database.url)


@pytest.fixture
def since_filed(loaded: Database) -> Iterator[sa.Connection]:
    with loaded.engine.connect() as connection:
        yield connection
        connection.rollback()


def test_what_is_stored_after_a_filing_is_what_all_facts_give(
    since_filed: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: dict[tuple[str, str], tuple[int, int]] = {}

    def save_columns(*arguments: Any, first: int, **others: Any) -> None:
        computed[arguments[2], arguments[3]] = first, len(arguments[4])
        stored_columns.save_columns(*arguments, first=first, **others)

    monkeypatch.setattr(as_known, "save_columns", save_columns)
    # Three years and a month before 1 February 2025: the filing's facts, a choice of tags and a check reach no further.
    assert CompanyFacts(since_filed, _CIK).unchanged_before == date(2021, 12, 29)
    assert refresh_figures(since_filed, _CIK) == 1
    # Fiscal 2020 and 2021 end before that day, and the seven quarters from May 2020 to October 2021.
    assert computed["income", "annual"] == (2, 5)
    assert computed["income", "quarterly"][0] == 7
    after_filing = _rows(since_filed)
    for table in (*_TABLES, company_metric_states):
        since_filed.execute(sa.delete(table).where(table.c.cik == _CIK.number))
    refresh_figures(since_filed, _CIK)
    assert computed["income", "annual"] == (0, 7)
    assert _rows(since_filed) == after_filing
    assert len(after_filing["statement_checks"]) > 500


def test_all_is_computed_where_statements_and_latest_figures_are_of_other_facts(since_filed: sa.Connection) -> None:
    refresh_statements(since_filed, _CIK)
    assert CompanyFacts(since_filed, _CIK).unchanged_before is None


def test_all_is_computed_where_an_earlier_filing_has_other_facts(since_filed: sa.Connection) -> None:
    since_filed.execute(sa.text("update financial_metrics set value = value + 1 where filed_on < '2022-01-01'"))
    assert CompanyFacts(since_filed, _CIK).unchanged_before is None


def _rows(connection: sa.Connection) -> dict[str, set[str]]:
    """The rows of each table as text, without the times and versions of what was computed."""
    left = "to_jsonb(t) - 'checked_at' - 'refreshed_at' - 'facts_version'"
    query = "select ({left})::text from {table} t where cik = :cik"
    return {
        table.name: set(connection.scalars(sa.text(query.format(left=left, table=table.name)), {"cik": _CIK.number}))
        for table in _TABLES
    }
