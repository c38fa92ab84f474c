"""What a question names: forms, fiscal periods, and lines of the statements by other names."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources

import pytest
import sqlalchemy as sa

from db.search import passage_groups
from db.tables import companies
from tests.search.example import fill
from workbench.domain.filings.passages import PassageFilter, ReportPeriod
from workbench.domain.statements.concepts import ConceptMap
from workbench.search.understanding import expansions_in, forms_in, items_in, newest_in, periods_in, understand


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("revenue in FY24", [(2024, None)]),
        ("fiscal 2023 against fiscal year 2022", [(2023, None), (2022, None)]),
        ("Q2 2025 deliveries", [(2025, 2)]),
        ("third quarter of fiscal 2023", [(2023, 3)]),
        ("2024 Q1 and 4Q23", [(2024, 1)]),
        ("margin in 2019?", [(2019, None)]),
        ("4Q '23 guidance", [(2023, 4)]),
        ("$2024 million, 2,024 stores, 2024%, item 1A, 10-K", []),
    ],
)
def test_periods(text: str, found: list[tuple[int, int | None]]) -> None:
    assert [(mention.period.fiscal_year, mention.period.quarter) for mention in periods_in(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("risks added in the latest 10-Q", ["10-Q"]),
        ("annual report on leases and 8-Ks", ["10-K", "8-K"]),
        ("Form 10-K annual report", []),
        ("110-K race", []),
    ],
)
def test_forms(text: str, found: list[str]) -> None:
    assert [mention.form for mention in forms_in(text)] == found


def test_other_names_of_lines() -> None:
    found = {
        expansion.mention_text: expansion.line for expansion in expansions_in("R&D, capex and buybacks as a share of sales")
    }
    assert found == {
        "R&D": "research_and_development",
        "capex": "capital_expenditure",
        "buybacks": "share_repurchases",
        "sales": "revenue",
    }
    assert expansions_in("Salesforce, wholesale, eps of files") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tesla item 9A", [("9A", "Controls and Procedures")]),
        ("ITEM 1a risks", [("1A", "Risk Factors")]),
        ("item 2.02 of the 8-K", [("2.02", "Results of Operations and Financial Condition")]),
        ("line item 3, item 99, items sold, item 7.5%", []),
    ],
)
def test_items(text: str, found: list[tuple[str, str]]) -> None:
    assert [(mention.item, mention.title) for mention in items_in(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tax rate last year", ["10-K"]),
        ("inventory in the most recent fiscal quarter", ["10-Q"]),
        ("the latest 10-Q on tariffs", ["10-Q"]),
        ("what does the latest filing say", ["10-K"]),
        ("the last years ended badly, prior year, last resort", []),
    ],
)
def test_the_newest_report(text: str, found: list[str]) -> None:
    assert [mention.forms[0] for mention in newest_in(text)] == found


def test_names_that_filings_spell_out() -> None:
    found = {
        expansion.mention_text: expansion.filed[0]
        for expansion in expansions_in("PwC on CAMs; headcount in a cam shaft works")
    }
    assert found == {
        "PwC": "PricewaterhouseCoopers",
        "CAMs": "critical audit matters",
        "headcount": "full-time equivalent employees",
    }


def test_every_line_of_the_terms_is_in_the_concept_map() -> None:
    terms = tomllib.loads(resources.files("workbench.search").joinpath("terms.toml").read_text(encoding="utf-8"))["term"]
    lines = {line["name"] for lines in ConceptMap.load().lines.values() for line in lines}
    assert {term["line"] for term in terms} <= lines


def test_what_is_ignored_is_only_words(connection: sa.Connection) -> None:
    fill(connection)
    text = "Northwind capex in the 10-K for 2023"
    whole = understand(connection, text)
    assert (len(whole.companies), len(whole.forms), len(whole.periods), len(whole.terms)) == (1, 1, 1, 1)
    some = understand(connection, text, ["NORTHWIND", "2023"])
    assert (len(some.companies), len(some.forms), len(some.periods), len(some.terms)) == (0, 1, 0, 1)
    none = understand(connection, text, ["*"])
    assert (none.companies, none.forms, none.periods, none.terms) == ((), (), (), ())
    assert understand(connection, "item 1A last year", ["Item 1a", "last year"]) == none


@pytest.mark.parametrize(
    ("year_end", "day", "period"),
    [
        ("1231", date(2024, 12, 31), ReportPeriod(2024, 4)),
        ("0926", date(2024, 9, 28), ReportPeriod(2024, 4)),  # Apple's 52/53 weeks
        ("0926", date(2024, 12, 28), ReportPeriod(2025, 1)),
        ("0131", date(2025, 1, 26), ReportPeriod(2025, 4)),  # NVIDIA
        ("0131", date(2025, 7, 27), ReportPeriod(2026, 2)),
        ("1003", date(2023, 7, 1), ReportPeriod(2023, 3)),  # Disney
        ("0103", date(2021, 1, 2), ReportPeriod(2020, 4)),  # the year ends on the Saturday nearest to 31 December
        (None, date(2024, 3, 31), ReportPeriod(2024, 1)),
    ],
)
def test_the_fiscal_period_of_a_report(
    connection: sa.Connection, year_end: str | None, day: date, period: ReportPeriod
) -> None:
    fill(connection)
    fill(connection, (("0000000001-30-000001", day, "We report on a period."),))
    connection.execute(sa.update(companies).values(fiscal_year_end=year_end))
    made = connection.scalar(sa.text("select max(passage_id) from passages"))

    def passes(asked: ReportPeriod) -> bool:
        return passage_groups.traits(connection, [made], [PassageFilter(periods=(asked,))])[made].passes == (True,)

    assert passes(period)
    assert passes(ReportPeriod(period.fiscal_year))
    assert not passes(ReportPeriod(period.fiscal_year - 1))
    assert not passes(ReportPeriod(period.fiscal_year, (period.quarter or 0) % 4 + 1))
