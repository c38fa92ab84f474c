"""Names of fiscal years in the tables, and wherever they are shown."""

from __future__ import annotations

import json
from datetime import date
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.facts.fiscal_years import fiscal_year_offsets_of, save_stated_years
from db.facts.loading import load_facts
from db.facts.versions import facts_version
from db.screens.company_metrics import key_figures, refresh_company
from db.search import citations, passage_groups
from db.statements.annual_figures import refresh_annual_figures
from db.statements.as_known import assembled_statement, refresh_statements, statement
from tests.search.example import fill
from workbench.domain.facts.fiscal_years import StatedYear, YearOffset
from workbench.domain.filings.passages import PassageFilter, ReportPeriod
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.parse.xbrl.companyfacts import parse_company_facts

LOWES = Company(Cik(60667), "Lowe's Companies, Inc.", sic="5211")
# Net sales, net earnings and income tax of Lowe's, in millions, as its 10-K for fiscal 2023 gives them.
YEARS = {
    (date(2022, 1, 29), date(2023, 2, 3)): (97_059, 6_437, 2_599),
    (date(2023, 2, 4), date(2024, 2, 2)): (86_377, 7_726, 2_449),
}
TAGS = ("Revenues", "NetIncomeLoss", "IncomeTaxExpenseBenefit")
FILED = {2022: date(2023, 3, 27), 2023: date(2024, 3, 25)}


def companyfacts(**changes: Any) -> bytes:
    """Two annual reports, each with the year before beside its own."""
    rows: dict[str, list[dict[str, Any]]] = {tag: [] for tag in TAGS}
    for fiscal_year, filed_on in FILED.items():
        for (start, end), values in YEARS.items():
            if end <= filed_on:
                for tag, value in zip(TAGS, values, strict=True):
                    rows[tag].append(
                        {
                            "start": f"{start}", "end": f"{end}", "val": value * 10**6, "fy": fiscal_year, "fp": "FY",
                            "form": "10-K", "filed": f"{filed_on}", "accn": f"0000060667-{filed_on:%y}-000001",
                        }
                        | changes
                    )  # fmt: skip
    facts = {"us-gaap": {tag: {"units": {"USD": each}} for tag, each in rows.items()}}
    return json.dumps({"cik": 60667, "entityName": "LOWES COMPANIES INC", "facts": facts}).encode()


@pytest.fixture
def lowes(connection: sa.Connection) -> Company:
    parsed = parse_company_facts(companyfacts(), LOWES.cik)
    save_company(connection, LOWES)
    load_facts(connection, LOWES.cik, parsed.facts)
    assert save_stated_years(connection, LOWES.cik, parsed.stated_years, is_from_document=False) == 2
    return LOWES


def test_a_report_states_the_year_of_its_own_period() -> None:
    assert parse_company_facts(companyfacts(), LOWES.cik).stated_years == (
        StatedYear("0000060667-23-000001", date(2023, 2, 3), 2022, 0, FILED[2022]),
        StatedYear("0000060667-24-000001", date(2024, 2, 2), 2023, 0, FILED[2023]),
    )


@pytest.mark.parametrize(
    "changes", [{"fy": None}, {"fy": "2023"}, {"fp": None}, {"form": "8-K"}, {"form": "10-KT"}, {"form": "10-Q"}]
)
def test_what_states_no_year(changes: dict[str, Any]) -> None:
    assert parse_company_facts(companyfacts(**changes), LOWES.cik).stated_years == ()


def test_statements_bear_the_companys_names(connection: sa.Connection, lowes: Company) -> None:
    def labelled(period: PeriodKind = PeriodKind.ANNUAL, as_of: date | None = None) -> list[tuple[date, str]]:
        found = statement(connection, lowes, StatementKind.INCOME, period, as_of)
        return [(each.end, each.label) for each in found.periods]

    both = [(date(2023, 2, 3), "FY 2022"), (date(2024, 2, 2), "FY 2023")]
    assert labelled() == both
    refresh_statements(connection, lowes.cik)
    assert labelled() == both
    assert labelled(as_of=date(2024, 1, 1)) == both[:1]
    newest = assembled_statement(connection, lowes, StatementKind.INCOME, PeriodKind.ANNUAL, None, limit_periods=1)
    assert [each.label for each in newest.periods] == ["FY 2023"]
    refresh_annual_figures(connection, lowes.cik)
    stored = connection.execute(sa.text("select distinct fiscal_year, period_label from annual_figures order by 1")).all()
    assert stored == [(2022, "FY 2022"), (2023, "FY 2023")]


def test_screens_follow_the_name_from_the_day_it_is_known(connection: sa.Connection, lowes: Company) -> None:
    connection.execute(sa.text("delete from fiscal_year_offsets"))
    refresh_company(connection, lowes.cik)

    def label(as_of: date | None = None) -> str:
        return next(each.period_label for each in key_figures(connection, lowes.cik, as_of=as_of))

    assert label() == "FY 2024"
    later = YearOffset(date(2023, 2, 3), date(2024, 5, 1), -1)
    connection.execute(sa.text("insert into fiscal_year_offsets values (60667, '2023-02-03', '2024-05-01', -1)"))
    assert fiscal_year_offsets_of(connection, lowes.cik, None) == [later]
    assert fiscal_year_offsets_of(connection, lowes.cik, date(2024, 4, 30)) == []
    refresh_company(connection, lowes.cik)
    assert (label(), label(date(2024, 4, 30))) == ("FY 2023", "FY 2024")


def test_neither_order_nor_repetition_matters(connection: sa.Connection) -> None:
    save_company(connection, LOWES)
    end, filed_on = date(2024, 2, 2), FILED[2023]
    by_facts = StatedYear("0000060667-24-000001", end, 2024, 0, filed_on)
    by_document = by_facts._replace(fiscal_year=2023)
    before = StatedYear("0000060667-23-000001", date(2023, 2, 3), 2022, 0, FILED[2022])
    for order in permutations([(by_facts, False), (by_document, True), (before, False)]):
        connection.execute(sa.text("delete from stated_fiscal_years"))
        for stated, is_from_document in order:
            save_stated_years(connection, LOWES.cik, [stated], is_from_document=is_from_document)
        assert fiscal_year_offsets_of(connection, LOWES.cik, None) == [YearOffset(date(2023, 2, 3), FILED[2022], -1)]
        version = facts_version(connection, LOWES.cik)
        assert save_stated_years(connection, LOWES.cik, [by_facts], is_from_document=False) == 0
        assert facts_version(connection, LOWES.cik) == version
    assert save_stated_years(connection, LOWES.cik, [], is_from_document=True) == 0


def test_passages_are_found_by_the_companys_own_year(connection: sa.Connection) -> None:
    fill(connection)
    fill(connection, (("0000000001-30-000001", date(2024, 2, 2), "We report on a year."),))
    connection.execute(sa.text("update companies set fiscal_year_end = '0202'"))
    made = connection.scalar(sa.text("select max(passage_id) from passages"))
    stated = StatedYear("0000000001-30-000001", date(2024, 2, 2), 2023, 0, date(2024, 3, 25))
    save_stated_years(connection, Cik(1), [stated], is_from_document=True)

    def year(as_of: date | None = None) -> int:
        years = (2022, 2023, 2024)
        sides = [PassageFilter(periods=(ReportPeriod(each),), as_of=as_of) for each in years]
        passes = passage_groups.traits(connection, [made], sides)[made].passes
        (found,) = [each for each, does_pass in zip(years, passes, strict=True) if does_pass]
        (hit,) = citations.hits(connection, {made: 1.0}, as_of=as_of)
        assert hit.period == ReportPeriod(found)
        return found

    assert (year(), year(date(2024, 3, 24))) == (2023, 2024)
    # The name of years that end on another day says nothing about these.
    connection.execute(sa.text("update companies set fiscal_year_end = '0630'"))
    assert year() == 2024
