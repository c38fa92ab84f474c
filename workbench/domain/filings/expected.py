"""Reports that companies are expected to file, from the days on which they filed a year before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workbench.domain.identity import Accession, Cik

# 52 weeks: companies keep to the weekday rather than to the day of the month.
YEAR = timedelta(weeks=52)
PERIODIC_FORMS = ("10-K", "10-Q", "20-F", "40-F")


@dataclass(frozen=True, slots=True)
class ExpectedReport:
    """A report that is expected and not filed: its form, period and day follow from the report of a year before."""

    cik: Cik
    form: str
    filed_before_on: date
    before: Accession

    @property
    def expected_on(self) -> date:
        """52 weeks after the company filed the same report a year before; an estimate, never an announced day.

        >>> ExpectedReport(Cik(320193), "10-K", date(2024, 11, 1), Accession("0000320193-24-000123")).expected_on
        datetime.date(2025, 10, 31)
        """
        return self.filed_before_on + YEAR
