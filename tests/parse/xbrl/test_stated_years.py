"""The fiscal years that filings state for their own periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.conftest import MIRROR
from tests.parse.inline_documents import document
from workbench.domain.facts.fiscal_years import StatedYear, YearLabels, year_offsets
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik
from workbench.parse.xbrl.companyfacts import CompanyFacts, parse_company_facts
from workbench.parse.xbrl.inline_xbrl import parse_inline_xbrl
from workbench.parse.xbrl.stated_years import year_of_document

ANNUAL = Filing(Cik(1234567), Accession.parse("0001234567-24-000010"), "10-K", date(2024, 2, 20))


def of_cover(filing: Filing, **values: str) -> StatedYear | None:
    names = {"year": "DocumentFiscalYearFocus", "period": "DocumentFiscalPeriodFocus"}
    hidden = "".join(
        f'<ix:nonNumeric name="dei:{names[name]}" contextRef="year">{value}</ix:nonNumeric>' for name, value in values.items()
    )
    inline = parse_inline_xbrl(document("<p>FORM 10-K</p>", hidden=hidden))
    assert inline is not None
    return year_of_document(inline.texts, filing)


def test_a_cover_states_the_year() -> None:
    end = date(2023, 12, 31)  # the last day of the cover's context
    stated = StatedYear(ANNUAL.accession.text, end, 2023, 0, ANNUAL.filed_on)
    assert of_cover(ANNUAL, year=" 2023 ", period="FY") == stated
    assert of_cover(ANNUAL, year="2023") == stated
    assert of_cover(replace(ANNUAL, form="10-Q"), year="2023", period="Q3") == stated._replace(months_left=3)


@pytest.mark.parametrize("form", ["10-Q", "10-KT", "8-K", "S-1"])
def test_a_cover_that_states_none(form: str) -> None:
    assert of_cover(replace(ANNUAL, form=form), year="2023", period="FY") is None


@pytest.mark.parametrize("year", ["", "23", "2023-12-31", "two thousand"])
def test_a_year_that_is_none(year: str) -> None:
    assert of_cover(ANNUAL, year=year, period="FY") is None
    assert of_cover(replace(ANNUAL, filed_on=date(2023, 12, 30)), year="2023", period="FY") is None


def recorded(cik: int) -> CompanyFacts:
    return parse_company_facts((MIRROR / f"api/xbrl/companyfacts/CIK{cik:010d}.json").read_bytes(), Cik(cik))


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("cik", "year_ends"),
    [
        (320193, {date(2024, 9, 28): 2024, date(2023, 9, 30): 2023}),  # Apple
        (1045810, {date(2024, 1, 28): 2024, date(2012, 1, 29): 2012}),  # NVIDIA, whose 10-K of 2012 states 2011
        (104169, {date(2024, 1, 31): 2024, date(2026, 1, 31): 2026}),  # Walmart
        (320187, {date(2024, 5, 31): 2024}),  # NIKE
        (80424, {date(2024, 6, 30): 2024}),  # Procter & Gamble
        (909832, {date(2024, 9, 1): 2024, date(2023, 9, 3): 2023}),  # Costco
        (1640147, {date(2024, 1, 31): 2024}),  # Snowflake
        (1835632, {date(2024, 2, 3): 2024, date(2026, 1, 31): 2026}),  # Marvell
        (1744489, {date(2022, 10, 1): 2022, date(2020, 10, 3): 2020}),  # Disney, whose 10-Qs of fiscal 2022 state FY
        (1336917, {date(2021, 12, 31): 2021, date(2024, 3, 31): 2024}),  # Under Armour, before and after its year moved
        (55785, {date(2010, 12, 31): 2010}),  # Kimberly-Clark, whose 10-K of 2011 has facts dated to the end of that year
    ],
)
def test_recorded_companies_bear_their_own_names(cik: int, year_ends: dict[date, int]) -> None:
    names = YearLabels(year_offsets(recorded(cik).stated_years))
    assert {end: names.of(end) for end in year_ends} == year_ends


@pytest.mark.mirror
def test_a_report_is_on_its_newest_period() -> None:
    stated = {each.accession: each for each in recorded(55785).stated_years}
    assert stated["0001193125-11-043300"].period_end == date(2010, 12, 31)
