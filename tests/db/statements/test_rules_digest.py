"""What is computed ahead follows from the rules: a changed byte of them, and of nothing else, has it computed anew."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

import db
import workbench.domain
from db.companies import save_company
from db.engine import Database
from db.screens.company_list import list_companies
from db.screens.company_metrics import forget_other_rules, key_figures, stale_companies, unevaluated
from db.screens.screening import run_screen
from db.statements.as_known import statement
from db.statements.checks import checks_of
from db.statements.rules_digest import RULES, digest_of, rule_files
from flows.scheduler import last_started
from tests.db.statements.test_memo import ACME, load
from workbench.domain.measures.company_list import CompanyQuestion
from workbench.domain.measures.screens import Screen, parse_filters
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.ingest.operations.metrics import refresh_metrics

DOMAIN, DB = Path(workbench.domain.__file__).parent, Path(db.__file__).parent


def test_the_rules_are_these_files() -> None:
    files = set(rule_files())
    for package in ("facts", "statements", "measures", "concept_map"):
        inside = {file for file in (DOMAIN / package).rglob("*") if file.suffix in {".py", ".toml"}}
        assert inside
        assert inside <= files
    modules = ("facts/as_filed.py", "statements/as_known.py", "statements/checks.py", "screens/company_metrics.py")
    assert {DB / name for name in modules} <= files
    assert not [file for file in files if file.is_relative_to(DOMAIN / "market") or file.name == "errors.py"]
    assert digest_of(rule_files()) == RULES


@pytest.mark.parametrize("place", range(len(rule_files())), ids=[file.name for file in rule_files()])
def test_a_changed_byte_of_any_of_them_changes_the_digest(place: int, tmp_path: Path) -> None:
    files = rule_files()
    changed = tmp_path / files[place].parent.name / files[place].name
    changed.parent.mkdir()
    changed.write_bytes(files[place].read_bytes() + b"\n")
    assert digest_of([*files[:place], changed, *files[place + 1 :]]) != RULES


@pytest.fixture
def computed(database: Database) -> Database:
    with database.write() as connection:
        save_company(connection, ACME)
        for year in (2021, 2022):
            load(connection, year, 100)
    assert refresh_metrics(database) == 1
    return database


def by_other_rules(database: Database) -> None:
    """As an upgrade leaves it: everything is there, of another digest, and says other figures."""
    with database.write() as connection:
        for table in ("company_metric_states", "stored_statements"):
            connection.execute(sa.text(f"update {table} set reader = repeat('0', 64) || substr(reader, 65)"))
        connection.execute(sa.text("update company_metrics set figures = jsonb_set(figures, '{revenue}', '777')"))
        connection.execute(sa.text("update annual_figures set figures = jsonb_set(figures, '{revenue}', '777')"))
        connection.execute(sa.text("update stored_statement_columns set content = replace(content, '100', '777')"))
        connection.execute(sa.text("update statement_checks set result = 'failed', detail = 'of other rules'"))


def test_figures_of_other_rules_are_never_shown_as_current(computed: Database) -> None:
    screen = Screen(parse_filters(["revenue > 1"]))
    with computed.read() as connection:
        before = key_figures(connection, ACME.cik)
        assert run_screen(connection, screen).matched == 1
        assert (list_companies(connection, CompanyQuestion()).unevaluated, unevaluated(connection)) == (0, 0)
    by_other_rules(computed)
    with computed.read() as connection:
        result = run_screen(connection, screen)
        assert (result.matched, result.undecided, result.companies) == (0, 1, 1)
        listed = list_companies(connection, CompanyQuestion())
        assert (listed.lines[0].figures, listed.lines[0].years, listed.unevaluated) == ({}, (), 1)
        assert [(each.basis, each.values) for each in key_figures(connection, ACME.cik)] == [
            (each.basis, each.values) for each in before
        ]
        shown = statement(connection, ACME, StatementKind.INCOME, PeriodKind.ANNUAL, None)
        assert all(figure.value != 777 for line in shown.lines for figure in line.figures)
        assert "of other rules" not in [check.detail for check in shown.checks]
        assert checks_of(connection, ACME) == []


def test_the_job_computes_them_anew(computed: Database) -> None:
    by_other_rules(computed)
    with computed.read() as connection:
        assert stale_companies(connection) == [ACME.cik]
        assert last_started(connection)["metrics"].year == 1970  # due at once
    assert refresh_metrics(computed) == 1
    with computed.read() as connection:
        assert stale_companies(connection) == []
        assert run_screen(connection, Screen(parse_filters(["revenue > 1"]))).matched == 1
        for table in ("company_metrics", "annual_figures"):
            revenue = connection.scalars(sa.text(f"select figures ->> 'revenue' from {table}")).all()
            assert "777" not in revenue
        assert checks_of(connection, ACME) == []


def test_marts_are_not_built_of_other_rules(computed: Database) -> None:
    with computed.write() as connection:
        assert forget_other_rules(connection) == 0
    by_other_rules(computed)
    with computed.write() as connection:
        assert forget_other_rules(connection) == 1
        for table in ("company_metrics", "annual_figures"):
            assert connection.scalar(sa.text(f"select count(*) from {table}")) == 0
