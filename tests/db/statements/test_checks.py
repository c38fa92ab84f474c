"""Check results of the recorded companies: stored, and listed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import resolve, save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.screens.company_metrics import refresh_company
from db.statements import checks
from db.statements.as_known import refresh_statements
from db.statements.checks import check_results, checks_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik, Company
from workbench.ingest.operations.metrics import refresh_metrics

ACME = Company(Cik(7), "Acme", sic="3571")


def refresh_checks(connection: sa.Connection, cik: Cik) -> int:
    """As the job does it: the state of a company's latest figures says by which rules its checks were computed."""
    refresh_company(connection, cik)
    return checks.refresh_checks(connection, cik)


def balance(year: int, assets: str, both: str, filed: int | None = None) -> list[Fact]:
    accession = Accession(f"0000000007-{(filed or year + 1) % 100:02d}-000001")
    end, filed_on = date(year, 12, 31), date(filed or year + 1, 2, 20)
    span = date(year, 1, 1), end
    figures: list[tuple[str, date | None, str]] = [("Assets", None, assets), ("LiabilitiesAndStockholdersEquity", None, both)]
    figures += [(tag, span[0], "5000") for tag in ("NetIncomeLoss", "IncomeTaxExpenseBenefit")]
    return [
        Fact(ACME.cik, Concept("us-gaap", tag), "USD", start, end, Decimal(value), accession, "10-K", filed_on)
        for tag, start, value in figures
    ]


def test_exceptions_come_and_go_with_the_facts(connection: sa.Connection) -> None:
    save_company(connection, ACME)
    load_facts(connection, ACME.cik, balance(2022, "1000", "1000") + balance(2023, "1200", "1100"))
    refresh_checks(connection, ACME.cik)
    (found,) = checks_of(connection, ACME)
    assert (found.check.name, found.label, found.check.result) == ("assets_are_liabilities_and_equity", "FY 2023", "failed")
    assert found.check.detail == "Total assets 1,200, Total liabilities and equity 1,100"
    load_facts(connection, ACME.cik, balance(2023, "1200", "1200", filed=2025))
    refresh_checks(connection, ACME.cik)
    assert checks_of(connection, ACME) == []
    passed = checks_of(connection, ACME, names=["assets_are_liabilities_and_equity"], results=["passed"])
    assert [found.label for found in passed] == ["FY 2023", "FY 2022"]


def test_a_result_that_stays_keeps_its_time(connection: sa.Connection) -> None:
    save_company(connection, ACME)
    load_facts(connection, ACME.cik, balance(2022, "1000", "1000"))
    count = refresh_checks(connection, ACME.cik)
    connection.execute(sa.text("update statement_checks set checked_at = '2020-01-01'"))
    assert refresh_checks(connection, ACME.cik) == count
    times = connection.scalars(sa.text("select distinct checked_at from statement_checks")).all()
    assert [time.year for time in times] == [2020]


def test_a_period_that_is_no_more_goes(connection: sa.Connection) -> None:
    save_company(connection, ACME)
    load_facts(connection, ACME.cik, balance(2022, "1000", "1000"))
    refresh_checks(connection, ACME.cik)
    connection.execute(sa.text("delete from financial_metrics where cik = 7"))
    assert refresh_checks(connection, ACME.cik) == 0
    assert checks_of(connection, ACME, results=[]) == []


def test_what_is_no_check_is_refused(connection: sa.Connection) -> None:
    with pytest.raises(InvalidRequest, match="luck"):
        checks_of(connection, names=["luck"])
    with pytest.raises(InvalidRequest, match="perhaps"):
        checks_of(connection, results=["perhaps"])


def test_they_are_computed_with_what_ingest_brings(database: Database) -> None:
    with database.write() as connection:
        save_company(connection, ACME)
        load_facts(connection, ACME.cik, balance(2023, "1200", "1100"))
    assert refresh_metrics(database) == 1
    with database.read() as connection:
        assert len(checks_of(connection)) == 1


def test_results_on_a_company_are_never_older_than_its_facts(connection: sa.Connection) -> None:
    def failed(as_of: date | None = None) -> list[str]:
        found = check_results(connection, ACME, as_of)
        assert [each.check.period_end for each in found] == sorted((e.check.period_end for e in found), reverse=True)
        return [each.label for each in found if each.check.result == "failed"]

    save_company(connection, ACME)
    load_facts(connection, ACME.cik, balance(2022, "1000", "900"))
    assert failed() == ["FY 2022"]  # nothing is kept yet
    refresh_statements(connection, ACME.cik)
    assert failed() == ["FY 2022"]
    refresh_checks(connection, ACME.cik)
    connection.execute(sa.text("update statement_checks set period_label = 'kept'"))
    assert failed() == ["kept"]
    assert failed(date(2023, 12, 31)) == ["FY 2022"]
    load_facts(connection, ACME.cik, balance(2023, "1000", "900"))
    assert failed() == ["FY 2023", "FY 2022"]


@pytest.mark.mirror
def test_what_is_kept_of_a_company_is_what_its_facts_give(recorded: Database) -> None:
    with recorded.engine.connect() as connection:
        company = resolve(connection, "WMT")
        anew = check_results(connection, company, None)
        refresh_statements(connection, company.cik)
        refresh_checks(connection, company.cik)
        stored = check_results(connection, company, None)
        connection.rollback()
    assert len(stored) == len(anew) > 500
    assert sorted(map(repr, stored)) == sorted(map(repr, anew))


@pytest.mark.mirror
def test_the_feed_over_all_companies(recorded: Database) -> None:
    with recorded.engine.connect() as connection:
        transaction = connection.begin()
        for ticker in ("MCD", "COST", "WMT"):
            refresh_checks(connection, resolve(connection, ticker).cik)
        feed = checks_of(connection, limit=None)
        scale = checks_of(connection, resolve(connection, "MCD"), names=["figures_have_their_scale"])
        sign = checks_of(connection, resolve(connection, "WMT"), names=["figures_have_their_sign"])
        recent = checks_of(connection, since=date(2025, 1, 1), limit=3)
        transaction.rollback()
    assert [found.check.period_end for found in feed] == sorted((f.check.period_end for f in feed), reverse=True)
    # Costco's statements add up; McDonald's share counts are in millions since 2023.
    # Costco files gross profit on its net sales, without membership fees.
    assert {found.company.label for found in feed} == {"COST", "MCD", "WMT"}
    assert {found.label for found in scale} >= {"FY 2024", "Q3 2024"}
    told = next(found.check.detail for found in scale if found.label == "FY 2024")
    assert told == (  # as McDonald's tags them for 2024: 718.3 and 721.9 million as units
        "Weighted-average shares, basic: 718.3 is not what net income and earnings per share imply; "
        "Weighted-average shares, diluted: 721.9 is not what net income and earnings per share imply"
    )
    # Walmart's 10-K of March 2011 gives the tax of fiscal 2009 as -7,133 million: 20,867 before it, 13,734 after.
    assert [(found.label, found.check.detail) for found in sign] == [
        ("FY 2009", "Income tax does not have the sign that income before and after tax imply")
    ]
    assert len(recent) == 3
