"""Jobs store each company's figures and values once, and again when what they follow from changes."""

from __future__ import annotations

from decimal import Decimal

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.market.prices import save_bars
from db.screens.screening import run_screen
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.screens import Screen, parse_filters
from workbench.ingest.operations import metrics

ACCESSION = Accession("0000000007-24-000011")
CHEAP = parse_filters(["pe < 40"])


def test_the_job_values_companies_with_a_new_close(database: Database) -> None:
    company = Company(Cik(7), "Acme Corp", (Listing(Ticker("ACM")),), sic="3571")
    bar = DailyBar(Ticker("ACM"), metrics.today(), *[Decimal(60)] * 4, 100, None, "alpha-vantage")
    with database.write() as connection:
        save_company(connection, company)
    assert list(metrics.report_values(database)) == []  # nothing to value
    with database.write() as connection:
        save_bars(connection, [bar])
    assert [(each.subject, each.outcome) for each in metrics.report_values(database)] == [("7", "saved")]
    assert list(metrics.report_values(database)) == []
    with database.read() as connection:
        assert run_screen(connection, Screen(CHEAP)).reasons == {"no_share_count": 1}


def test_the_job_examines_every_day_of_a_company_with_closes(database: Database) -> None:
    company, day = Company(Cik(7), "Acme Corp", (Listing(Ticker("ACM")),), sic="3571"), metrics.today()
    with database.write() as connection:
        save_company(connection, company)
        save_bars(connection, [DailyBar(Ticker("ACM"), day, *[Decimal(60)] * 4, 100, None, "alpha-vantage")])
        concept = Fact(company.cik, Concept("us-gaap", "Assets"), "USD", None, day, Decimal(9), ACCESSION, "10-K", day)
        load_facts(connection, company.cik, [concept])
    assert [(each.subject, each.outcome) for each in metrics.report_value_terms(database)] == [("7", "saved")]
    assert list(metrics.report_value_terms(database)) == []
    with database.read() as connection:
        assert run_screen(connection, Screen(CHEAP, as_of=day)).reasons == {"no_share_count": 1}
