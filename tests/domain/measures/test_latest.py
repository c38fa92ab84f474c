"""What each day of filing is computed from."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.starter_versions import starter_versions
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.identity import Cik, Company
from workbench.domain.measures import latest

_ASSETS = "us-gaap:Assets"
_FIRST = date(2010, 1, 1)
# A period's end, and how long after it the filing came; also filings from before that end, as some err.
_FILED = st.tuples(st.integers(0, 5000), st.integers(-30, 3000))


@given(filed=st.lists(_FILED, max_size=30), since=st.none() | st.integers(0, 8000))
def test_a_day_knows_what_was_filed_by_then_of_the_last_six_years(filed: list[tuple[int, int]], since: int | None) -> None:
    versions: list[FiledVersion] = []
    for number, (end, later) in enumerate(filed):
        last = _FIRST + timedelta(days=end)
        versions.append(
            (1, last, None, 1, Decimal(number), f"0000000007-10-{number:06}", "10-K", last + timedelta(days=later))
        )
    start = None if since is None else _FIRST + timedelta(days=since)

    def rows(_: Company, facts: FactTable) -> list[FiledVersion]:
        return sorted(facts.filings([_ASSETS]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latest, "latest_figures", rows)
        days = latest.day_by_day(Company(Cik(7), "Acme"), versions, {1: _ASSETS}, {1: "USD"}, extensions={}, since=start)
        found = list(days)

    def oldest(day: date) -> date:
        return date((day - timedelta(days=372 * 6)).year, 1, 1)

    assert found == [
        (day, sorted(each for each in versions if each[7] <= day and each[1] >= oldest(day)))
        for day in sorted({each[7] for each in versions})
        if start is None or day >= start
    ]


def test_what_one_day_leaves_for_the_next_changes_no_figure() -> None:
    """Each day of Snowflake, whose year ends in January and whose tags changed, against the facts of that day alone."""
    company, versions, concepts, units = starter_versions(Cik(1640147))
    days = list(latest.day_by_day(company, versions, concepts, units, extensions={}))
    assert len(days) == 19
    for day, figures in days:
        oldest = (day - timedelta(days=372 * 6)).replace(month=1, day=1)
        alone = FactTable([each for each in versions if each[7] <= day and each[1] >= oldest], concepts, units)
        assert figures == latest.latest_figures(company, alone), day
