"""Which name a company bore on a day."""

from __future__ import annotations

from datetime import date

import pytest

from workbench.domain.identity import Cik, Company, FormerName

# As the SEC's submissions of July 2026 have them.
WALMART = Company(
    Cik(104169),
    "Walmart Inc.",
    former_names=(
        FormerName("Walmart Inc.", date(2018, 1, 31), date(2026, 6, 26)),
        FormerName("WAL MART STORES INC", date(1994, 2, 14), date(2018, 1, 30)),
    ),
)
APPLE = Company(
    Cik(320193),
    "Apple Inc.",
    former_names=(
        FormerName("APPLE INC", date(2007, 1, 10), date(2019, 8, 5)),
        FormerName("APPLE COMPUTER INC", date(1994, 1, 26), date(2007, 1, 4)),
        FormerName("APPLE COMPUTER INC/ FA", date(1997, 7, 28), date(1997, 7, 28)),
    ),
)


@pytest.mark.parametrize(
    ("company", "day", "expected"),
    [
        (WALMART, date(2015, 6, 30), "WAL MART STORES INC"),
        (WALMART, date(2018, 1, 30), "WAL MART STORES INC"),
        (WALMART, date(2018, 1, 31), None),
        (WALMART, date(2026, 11, 1), None),
        (APPLE, date(2010, 1, 1), None),  # written otherwise, and the same name
        (APPLE, date(2007, 1, 4), "APPLE COMPUTER INC"),
        (APPLE, date(2007, 1, 7), None),  # the SEC says nothing of these days
        (APPLE, date(1990, 1, 1), None),
        (Company(Cik(7), "Acme", former_names=(FormerName("Anvils", None, date(2000, 1, 1)),)), date(1999, 1, 1), "Anvils"),
    ],
)
def test_the_name_on_a_day(company: Company, day: date, expected: str | None) -> None:
    assert company.other_name_on(day) == expected
