"""Earnings per share that a filing gives by class only: from its document into the income statement, and back to the print."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from db.companies import resolve
from db.engine import Database
from db.facts.elements import origins
from db.facts.fact_history import fact_history
from db.facts.share_classes import main_class_of, save_listed_classes
from db.statements.as_known import assembled_statement, statement
from db.statements.stored_statements import stored_statement
from tests import inline_filing
from tests.inline_filing import ACCESSION, ACME, ingest
from tests.parse.inline_documents import context, document, explicit, number
from workbench.adapters.object_store import FolderStore
from workbench.domain.facts.share_classes import ListedClass
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind, StatementLine

AXIS, CLASS_A, CLASS_B = "us-gaap:StatementClassOfStockAxis", "us-gaap:CommonClassAMember", "acme:CommonClassB1Member"
POINT = 'format="ixt:num-dot-decimal"'


def _per_share(name: str, printed: str, at: str) -> str:
    return number(printed, name=f"us-gaap:{name}", at=at, unit="per", ident=f"{name}-{at}", more=POINT)


REPORT = document(
    "<p>FORM 10-K</p><p>Class A common stock "
    '<ix:nonNumeric name="dei:TradingSymbol" contextRef="a">ACME</ix:nonNumeric></p>'
    "<p>Item 8. Financial Statements</p><p>Revenue "
    + number("5.0", more=f'scale="6" {POINT}')
    + "</p><p>Basic, class A "
    + _per_share("EarningsPerShareBasic", "9.74", "a")
    + " class B-1 "
    + _per_share("EarningsPerShareBasic", "15.46", "b")
    + "</p><p>Diluted, class A "
    + _per_share("EarningsPerShareDiluted", "9.73", "a")
    + " class B-1 "
    + _per_share("EarningsPerShareDiluted", "15.45", "b")
    + "</p>",
    contexts=context("a", members=explicit(AXIS, CLASS_A)) + context("b", members=explicit(AXIS, CLASS_B)),
)


@pytest.fixture
def ingested(database: Database, objects: FolderStore, tmp_path: Path) -> Database:
    ingest(database, objects, inline_filing.build(tmp_path / "edgar", REPORT))
    return database


def _income(database: Database, *, as_of: date | None = None) -> Statement:
    with database.read() as connection:
        return statement(connection, resolve(connection, "ACME"), StatementKind.INCOME, PeriodKind.ANNUAL, as_of)


def _line(found: Statement, name: str) -> StatementLine:
    return next(line for line in found.lines if line.line == name)


def test_the_listed_class_has_lines_of_its_own_that_name_it(ingested: Database) -> None:
    found = _income(ingested)
    line = _line(found, "eps_basic_of_class")
    assert line.label == "Earnings per share of the listed class, basic (Common Class A)"
    assert [figure.value for figure in line.figures][-1] == Decimal("9.74")
    assert all(figure.value is None for figure in _line(found, "eps_basic").figures)
    # Diluted earnings are filed for the company as a whole too, in companyfacts: 1.23.
    assert _line(found, "eps_diluted").figures[-1].value == Decimal("1.23")
    assert _line(found, "eps_diluted_of_class").figures[-1].reason == "not_reported"
    with ingested.read() as connection:
        asked = (resolve(connection, "ACME"), StatementKind.INCOME, PeriodKind.ANNUAL, None)
        stored, assembled = stored_statement(connection, *asked), assembled_statement(connection, *asked)
    assert stored is not None
    assert _line(stored, "eps_basic_of_class") == _line(assembled, "eps_basic_of_class") == line
    _leads_to_the_element_of_its_class(ingested, line)


def _leads_to_the_element_of_its_class(ingested: Database, line: StatementLine) -> None:
    (fact,) = line.figures[-1].facts
    assert (fact.concept, fact.accession) == (f"us-gaap:EarningsPerShareBasic [{CLASS_A}]", ACCESSION.text)
    with ingested.read() as connection:
        (origin,) = origins(connection, ACME, [fact])
        (other,) = origins(connection, ACME, [fact._replace(concept="us-gaap:EarningsPerShareBasic")])
        history = fact_history(connection, ACME, fact.concept)
    assert origin.element is not None
    assert (origin.element.element_id, origin.element.text) == ("EarningsPerShareBasic-a", "9.74")
    assert other.element is None
    assert {each.value for each in history} == {Decimal("9.74"), Decimal("15.46")}


def test_the_class_is_the_one_that_the_cover_page_of_the_day_lists(ingested: Database) -> None:
    before, later = date(2024, 1, 31), date(2025, 2, 20)
    with ingested.write() as connection:
        assert main_class_of(connection, ACME, before) is None
        assert main_class_of(connection, ACME, None) == CLASS_A
        other = ListedClass("0001234567-25-000004", "ACME", CLASS_B, later)
        assert (save_listed_classes(connection, ACME, [other]), save_listed_classes(connection, ACME, [other])) == (1, 0)
        assert main_class_of(connection, ACME, None) == CLASS_B
    figures = [_line(_income(ingested, as_of=day), "eps_basic_of_class").figures for day in (None, date(2025, 2, 19))]
    assert [each[-1].value for each in figures] == [Decimal("15.46"), Decimal("9.74")]
