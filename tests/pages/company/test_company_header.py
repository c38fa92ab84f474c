"""Who a company is, at the head of its page."""

from __future__ import annotations

from datetime import date

from tests.domain.test_names import WALMART
from workbench.pages.company.page import header


def test_as_of_a_day_before_its_name_the_company_says_what_it_was_called() -> None:
    assert "Name at the time</dt><dd>WAL MART STORES INC<" in header(WALMART, [], date(2015, 6, 30))
    assert "Name at the time" not in header(WALMART, [], date(2019, 6, 30)) + header(WALMART, [], None)
