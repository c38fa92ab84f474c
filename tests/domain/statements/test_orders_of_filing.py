"""Restated, redated and retagged flows in any order: neither the order of loading nor later filings change an answer."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.statements.test_other_filers import INCOME, MILLION, Report
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FILED_ON, FiledVersion
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.statement import PeriodKind, Statement

TAGS = (
    "us-gaap:Revenues", "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax", "us-gaap:NetIncomeLoss",
    "us-gaap:IncomeTaxExpenseBenefit", "ifrs-full:Revenue", "ifrs-full:ProfitLoss",
)  # fmt: skip
REVENUE, CONTRACTS, NET, TAX, IFRS_REVENUE, IFRS_NET = range(len(TAGS))
COMPANY = Report("7372").company


class Change(NamedTuple):
    """What one quarterly report does besides giving its quarter, its year to date and the comparatives of both."""

    restates: int = 0
    redates: int = 0
    retags: bool = False
    under_ifrs: bool = False


QUIET = Change()
_CHANGES = st.builds(Change, st.sampled_from((0, 0, 0, 7)), st.sampled_from((0, 0, 1)), st.booleans(), st.booleans())
_REPORTS = st.lists(st.one_of(st.just(QUIET), _CHANGES), min_size=1, max_size=6)


def filed_versions(changes: list[Change]) -> list[FiledVersion]:
    """The reports of a quiet year and of the quarters after it, the fourth of a year as an annual report; changes last."""
    versions, less, under_ifrs = [], 0, False
    for place, change in enumerate([*[QUIET] * 4, *changes]):
        less += change.restates
        under_ifrs = under_ifrs or change.under_ifrs
        year, number = 2021 + place // 4, place % 4 + 1
        for back in (0, 1):
            revenues = [100 - less + 10 * (place - 4 * back - ago) for ago in range(number)]
            for start, end, revenue in _spans(year - back, number, revenues):
                figures = {NET: revenue // 5, TAX: revenue // 20}
                figures |= {IFRS_REVENUE: revenue, IFRS_NET: revenue // 5} if under_ifrs else {REVENUE: revenue}
                figures |= {CONTRACTS: revenue - 3} if change.retags else {}
                filed = date(year, 3 * number, 28) + timedelta(days=40)
                form = "10-K" if number == 4 else "10-Q"
                versions += [
                    (tag, end, start + timedelta(days=change.redates), 1, Decimal(value) * MILLION,
                     f"0000000007-{filed:%y-%m%d}00", form, filed)
                    for tag, value in figures.items()
                ]  # fmt: skip
    return versions


def _spans(year: int, number: int, revenues: list[int]) -> list[tuple[date, date, int]]:
    """A quarter and its year to date, by their quarters' revenue, the newest first."""
    end = date(year, 3 * number, 31 if number in (1, 4) else 30)
    whole = date(year, 1, 1), end, sum(revenues)
    return [whole] if number in (1, 4) else [(date(year, 3 * number - 2, 1), end, revenues[0]), whole]


def statements(versions: list[FiledVersion]) -> list[Statement]:
    facts = FactTable(versions, dict(enumerate(TAGS)), {1: "USD"})
    return [assemble(COMPANY, INCOME, period, None, facts) for period in PeriodKind]


@settings(max_examples=10, deadline=None)
@given(_REPORTS, st.randoms(use_true_random=False))
def test_any_order_of_loading_gives_the_same_statements(changes: list[Change], order: random.Random) -> None:
    versions = filed_versions(changes)
    mixed = versions.copy()
    order.shuffle(mixed)
    assert statements(mixed) == statements(versions)


@settings(max_examples=10, deadline=None)
@given(_REPORTS, st.integers(3, 10))
def test_later_filings_do_not_change_what_was_known(changes: list[Change], reports: int) -> None:
    versions = filed_versions(changes)
    days = sorted({row[FILED_ON] for row in versions})
    day = days[min(reports, len(days)) - 1]
    whole = FactTable(versions, dict(enumerate(TAGS)), {1: "USD"})
    cut = whole.until(day, whole.concepts)
    assert [assemble(COMPANY, INCOME, period, None, cut) for period in PeriodKind] == statements(
        [row for row in versions if row[FILED_ON] <= day]
    )
