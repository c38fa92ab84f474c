"""A company whose figures cannot be computed silences no alert on the others."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from db.alerts import matches
from db.companies import save_company
from tests.ingest.fenced_room import COMPANIES
from workbench.domain.alerts.rules import parse_condition
from workbench.domain.errors import NotComputable
from workbench.domain.identity import Company


def test_a_company_that_cannot_be_computed_is_passed_over(connection: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []

    def restatements(_: sa.Connection, company: Company, **__: object) -> SimpleNamespace:
        looked_at.append(company.cik.number)
        if company == COMPANIES[0]:
            raise NotComputable("no ratio")
        return SimpleNamespace(restated=())

    for company in COMPANIES:
        save_company(connection, company)
    monkeypatch.setattr(matches, "restatements", restatements)
    since = {company.cik: date(2024, 1, 1) for company in COMPANIES}
    assert list(matches.find_in_companies(connection, parse_condition("restatement"), since)) == []
    assert sorted(looked_at) == [1, 2, 3]
