"""The reports expected next: 52 weeks after those of a year before, until they are filed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from db import companies
from db.filings.expected_reports import expected_reports
from db.filings.filing_index import save_filings
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company

COSTCO, SHELL, GONE = Cik(909832), Cik(1306965), Cik(7)


def filing(cik: Cik, form: str, report_on: date, filed_on: date, number: int) -> Filing:
    return Filing(cik, Accession(f"{cik.padded}-{filed_on.year % 100:02}-{number:06}"), form, filed_on, report_on=report_on)


@pytest.fixture
def filed(connection: sa.Connection) -> sa.Connection:
    for cik, name in ((COSTCO, "Costco Wholesale Corp"), (SHELL, "Shell plc"), (GONE, "Gone Corp")):
        companies.save_company(connection, Company(cik, name))
    save_filings(
        connection,
        [
            filing(COSTCO, "10-Q", date(2022, 11, 20), date(2022, 12, 21), 1),
            filing(COSTCO, "10-Q", date(2023, 2, 12), date(2023, 3, 9), 2),
            filing(COSTCO, "10-K", date(2023, 9, 3), date(2023, 10, 11), 3),
            filing(COSTCO, "10-Q", date(2023, 11, 26), date(2023, 12, 20), 4),
            filing(SHELL, "20-F", date(2022, 12, 31), date(2023, 3, 9), 5),
            # Filed a quarterly report a year ago and nothing since.
            filing(GONE, "10-Q", date(2022, 9, 30), date(2022, 12, 20), 6),
        ],
    )
    return connection


def shown(connection: sa.Connection, as_of: date, days: int = 30, ciks: tuple[Cik, ...] = ()) -> list[tuple[int, str, date]]:
    found = expected_reports(connection, ciks=ciks, as_of=as_of, within=timedelta(days=days))
    return [(each.cik.number, each.form, each.expected_on) for each in found]


def test_a_report_is_expected_52_weeks_after_that_of_a_year_before_until_it_is_filed(filed: sa.Connection) -> None:
    # A year of 53 weeks moved the period's end from 20 to 26 November.
    assert shown(filed, date(2023, 12, 19)) == [(909832, "10-Q", date(2023, 12, 20))]
    assert shown(filed, date(2023, 12, 20)) == []


def test_annual_reports_alone_are_expected_after_a_silent_year(filed: sa.Connection) -> None:
    assert shown(filed, date(2024, 2, 10)) == [(909832, "10-Q", date(2024, 3, 7)), (1306965, "20-F", date(2024, 3, 7))]
    assert shown(filed, date(2024, 2, 10), ciks=(SHELL,)) == [(1306965, "20-F", date(2024, 3, 7))]
    assert shown(filed, date(2024, 2, 10), days=7) == []


def test_what_is_filed_later_is_not_known(filed: sa.Connection) -> None:
    assert shown(filed, date(2023, 2, 1)) == []
