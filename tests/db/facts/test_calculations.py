"""What filings' own calculations prove and refute, in statements and among the check results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import resolve, save_company
from db.engine import Database
from db.facts.as_filed import known_facts
from db.facts.calculations import refresh_extension_mappings, save_linkbase
from db.facts.loading import load_facts
from db.screens.company_metrics import refresh_company
from db.statements.as_known import statement
from db.statements.checks import checks_of, refresh_checks
from tests import mirror_facts
from tests.conftest import MIRROR
from tests.domain.statements.test_extension_concepts import calculation
from workbench.adapters.object_store import FolderStore
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.explanation import explain
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.ingest.filings.main_documents import ingest_filing
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.sources.folder import FolderSource

ACME = Company(Cik(7), "Acme", sic="3571")
CALCULATIONS = (
    calculation("GrossProfit = Revenues - acme:CostOfAnvils"),
    calculation("NetIncomeLoss = IncomeLossFromContinuingOperationsBeforeIncomeTaxes - IncomeTaxExpenseBenefit"),
)
YEAR = {
    "us-gaap:Revenues": 100, "acme:CostOfAnvils": 60, "us-gaap:GrossProfit": 40,
    "us-gaap:IncomeLossFromContinuingOperationsBeforeIncomeTaxes": 20, "us-gaap:IncomeTaxExpenseBenefit": 5,
    "us-gaap:NetIncomeLoss": 15,
}  # fmt: skip


def filing(year: int) -> Filing:
    return Filing(ACME.cik, Accession(f"0000000007-{(year + 1) % 100:02d}-000001"), "10-K", date(year + 1, 2, 20))


def file(connection: sa.Connection, year: int, with_linkbase: bool = True, **changes: int) -> None:
    report = filing(year)
    load_facts(
        connection,
        ACME.cik,
        [
            Fact(
                ACME.cik, Concept(*name.split(":")), "USD", date(year, 1, 1), date(year, 12, 31), Decimal(value),
                report.accession, report.form, report.filed_on,
            )
            for name, value in (YEAR | {f"us-gaap:{name}": value for name, value in changes.items()}).items()
        ],
    )  # fmt: skip
    if with_linkbase:
        save_linkbase(connection, report, CALCULATIONS, sha256="0" * 64, reader="test", outcome="read")


@pytest.fixture
def acme(connection: sa.Connection) -> sa.Connection:
    save_company(connection, ACME)
    file(connection, 2022)
    file(connection, 2023, with_linkbase=False)
    file(connection, 2024)
    refresh_extension_mappings(connection, ACME.cik)
    return connection


def costs(connection: sa.Connection, as_of: date | None = None) -> list[tuple[int, Decimal | None, str | None]]:
    found = statement(connection, ACME, StatementKind.INCOME, PeriodKind.ANNUAL, as_of)
    (line,) = (line for line in found.lines if line.line == "cost_of_revenue")
    return [(figure.period_end.year, figure.value, figure.reason) for figure in line.figures]


def test_a_line_has_the_figures_of_the_filings_that_prove_it_and_no_others(acme: sa.Connection) -> None:
    assert costs(acme) == [(2022, Decimal(60), None), (2023, None, "not_reported"), (2024, Decimal(60), None)]


def test_as_of_a_day_before_the_proof_was_filed(acme: sa.Connection) -> None:
    assert costs(acme, date(2025, 2, 19)) == [(2022, Decimal(60), None), (2023, None, "not_reported")]


def test_as_of_the_day_of_the_proof_it_is_known(acme: sa.Connection) -> None:
    everything = [(2022, Decimal(60), None), (2023, None, "not_reported"), (2024, Decimal(60), None)]
    assert costs(acme, date(2025, 2, 20)) == everything
    assert costs(acme, date(2023, 2, 20)) == everything[:1]
    assert [value for _, value, _ in costs(acme, date(2023, 2, 19))] == []


def test_the_explanation_says_that_the_linkbase_brought_it(acme: sa.Connection) -> None:
    facts = known_facts(acme, ACME.cik, ConceptMap.load().all_tags(StatementKind.INCOME), None)
    explanation = explain(ACME, "cost_of_revenue", facts)
    assert explanation.extensions == ("acme:CostOfAnvils",)
    winner = explanation.periods[0].winner
    assert winner is not None
    assert (winner.concept, winner.accession) == ("acme:CostOfAnvils", filing(2024).accession.text)
    assert explain(ACME, "revenue", facts).extensions == ()


def test_the_order_in_which_facts_and_linkbases_come_does_not_matter(acme: sa.Connection) -> None:
    expected = costs(acme)
    acme.execute(sa.text("delete from financial_metrics where cik = 7"))
    acme.execute(sa.text("delete from calculation_linkbases where cik = 7"))
    for year in (2024, 2022):
        save_linkbase(acme, filing(year), CALCULATIONS, sha256="0" * 64, reader="test", outcome="read")
    for year in (2023, 2024, 2022):
        file(acme, year, with_linkbase=False)
    refresh_extension_mappings(acme, ACME.cik)
    assert costs(acme) == expected


def test_a_total_that_its_terms_do_not_make_is_an_exception(acme: sa.Connection) -> None:
    file(acme, 2025, NetIncomeLoss=16)
    refresh_company(acme, ACME.cik)  # says by which rules the checks are
    refresh_checks(acme, ACME.cik)
    (found,) = checks_of(acme, ACME, names=["calculations_add_up"])
    assert (found.label, found.kind, found.check.result) == ("FY 2025", StatementKind.INCOME, "failed")
    assert found.check.detail == "NetIncomeLoss 16, its terms 15 in 0000000007-26-000001"
    shown = statement(acme, ACME, StatementKind.INCOME, PeriodKind.ANNUAL, None).checks
    results = {(check.period_end.year, check.result) for check in shown if check.name == "calculations_add_up"}
    assert results == {(2022, "passed"), (2024, "passed"), (2025, "failed")}


def test_without_an_archived_linkbase_nothing_is_checked_and_it_says_so(acme: sa.Connection) -> None:
    refresh_company(acme, ACME.cik)  # says by which rules the checks are
    refresh_checks(acme, ACME.cik)
    stored = checks_of(acme, ACME, names=["calculations_add_up"], results=["not_applicable"])
    assert [found.label for found in stored if found.kind is StatementKind.INCOME] == ["FY 2023"]
    assert all(found.check.detail.startswith("not checked") for found in stored)


@pytest.mark.mirror
def test_apples_quarter_adds_up_as_it_says(database: Database, objects: FolderStore) -> None:
    apple = Cik(320193)
    quarter = Filing(
        apple, Accession("0000320193-25-000057"), "10-Q", date(2025, 5, 2), primary_document="aapl-20250329.htm",
        is_xbrl=True, is_inline_xbrl=True,
    )  # fmt: skip
    mirror_facts.load(database, MIRROR, only=apple)
    assert ingest_filing(database, objects, FolderSource(MIRROR), quarter).outcome == "saved"
    refresh_metrics(database, [apple])
    with database.read() as connection:
        company = resolve(connection, "AAPL")
        stored = checks_of(connection, company, names=["calculations_add_up"], results=["passed", "failed"])
        extensions = connection.scalar(sa.text("select count(*) from extension_concept_mappings"))
        statements = connection.execute(
            sa.text("select weight from calculation_arcs a join concepts c on c.concept_id = a.term_id where c.tag = :tag"),
            {"tag": "PaymentsForRepurchaseOfCommonStock"},
        ).scalars()
        assert list(statements) == [-1]
    # Three-month and year-to-date columns of the quarter and of the one a year before, and the two balance sheets: the
    # filing prints five totals on each income statement column, eight on a balance sheet, four on a cash flow statement.
    assert {(found.kind.value, found.period.value, found.label): found.check.result for found in stored} == {
        ("income", "quarterly", "Q2 2025"): "passed",
        ("income", "quarterly", "Q2 2024"): "passed",
        ("balance", "quarterly", "Q2 2025"): "passed",
        ("balance", "quarterly", "Q4 2024"): "passed",
        ("balance", "annual", "FY 2024"): "passed",
        ("cashflow", "quarterly", "Q2 2025"): "passed",
        ("cashflow", "quarterly", "Q2 2024"): "passed",
    }
    assert {found.check.detail for found in stored if found.kind is StatementKind.INCOME} == {"10 calculations compared"}
    assert extensions == 0  # the map lists every concept that Apple's identities need
