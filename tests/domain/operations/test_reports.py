"""How two runs of a report differ, and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from workbench.domain.facts.source import SourceFact
from workbench.domain.operations.reports import FigureChange, ReportFigure, Why, apart, change_size, compare_runs
from workbench.domain.statements.statement import Figure, Status


def fact(value: int, end: date, accession: str, filed_on: date, form: str = "10-K") -> SourceFact:
    return SourceFact("us-gaap:Revenues", "USD", None, end, Decimal(value), accession, form, filed_on)


def figure(end: date, *facts: SourceFact, cik: int = 1, table: str = "income") -> ReportFigure:
    value = facts[-1].value if facts else None
    status = Status.REPORTED if facts else Status.REFUSED
    known = Figure(end, value, "USD" if facts else None, status, None if facts else "not_reported", None, facts)
    return ReportFigure(cik, f"C{cik}", table, "annual", "revenue", "Revenue", f"FY {end.year}", known)


def manifest(as_of: str, *, code: str = "1.0", figures: str = "a", **parameters: Any) -> dict[str, Any]:
    return {
        "notebook": "company_review",
        "notebook_sha256": "n",
        "code_version": code,
        "parameters": {"as_of": as_of, **parameters},
        "data": {"as_of": as_of, "rows": {"facts": 10}},
        "figures_sha256": figures,
    }


FY23, FY24 = date(2023, 12, 31), date(2024, 12, 31)
FIRST = fact(100, FY23, "0000000001-24-000001", date(2024, 2, 1))
RESTATED = fact(90, FY23, "0000000001-25-000001", date(2025, 2, 1))
NEXT = fact(120, FY24, "0000000001-25-000001", date(2025, 2, 1))


def only(before: list[ReportFigure], after: list[ReportFigure], **manifests: Any) -> FigureChange:
    one = manifests.get("one") or manifest("2024-12-31")
    other = manifests.get("other") or manifest("2025-12-31", figures="b")
    found = compare_runs(one, other, before, after)
    assert len(found.changes) == 1
    assert found.counts == {found.changes[0].why: 1}
    return found.changes[0]


def test_equal_figures_are_equal_whichever_filing_proves_them() -> None:
    again = fact(100, FY23, "0000000001-25-000001", date(2025, 2, 1))
    found = compare_runs(manifest("2024-12-31"), manifest("2025-12-31"), [figure(FY23, FIRST)], [figure(FY23, again)])
    assert found.is_equal
    assert found.changes == ()
    assert found.equal_figures == 1
    assert {each.what for each in found.differences} == {"parameters.as_of", "data.as_of"}


def test_a_restatement_filed_between_the_two_days_is_named() -> None:
    change = only([figure(FY23, FIRST)], [figure(FY23, RESTATED)])
    assert change.why is Why.FILED_BETWEEN
    assert change.detail == "10-K 0000000001-25-000001, filed on 2025-02-01"
    assert change_size(change) == Decimal(-10)


def test_the_same_the_other_way_round() -> None:
    change = only(
        [figure(FY23, RESTATED)], [figure(FY23, FIRST)], one=manifest("2025-12-31"), other=manifest("2024-12-31", figures="b")
    )
    assert change.why is Why.FILED_BETWEEN
    assert change_size(change) == Decimal(10)


def test_a_fact_filed_before_both_days_had_not_been_loaded() -> None:
    same_day = manifest("2025-12-31")
    change = only([figure(FY23, FIRST)], [figure(FY23, RESTATED)], one=same_day)
    assert change.why is Why.LOADED_BETWEEN
    assert "0000000001-25-000001" in change.detail


def test_a_figure_that_was_refused_and_is_now_proven_by_a_later_filing() -> None:
    change = only([figure(FY23)], [figure(FY23, RESTATED)])
    assert change.why is Why.FILED_BETWEEN
    assert change_size(change) is None


def test_the_same_facts_with_another_value_were_computed_otherwise() -> None:
    doubled = figure(FY23, FIRST)
    known = doubled.figure
    doubled = ReportFigure(1, "C1", "income", "annual", "revenue", "Revenue", "FY 2023",
                           Figure(FY23, Decimal(200), "USD", known.status, None, None, known.facts))  # fmt: skip
    change = only([figure(FY23, FIRST)], [doubled], other=manifest("2024-12-31", code="1.1", figures="b"))
    assert change.why is Why.COMPUTED_OTHERWISE
    assert change.detail == "the same facts, computed by another version of the code"


def test_a_window_that_moved_and_a_company_that_was_not_asked_for() -> None:
    old = fact(80, date(2022, 12, 31), "0000000001-23-000001", date(2023, 2, 1))
    found = compare_runs(
        manifest("2024-12-31", ticker="A"),
        manifest("2025-12-31", ticker="B", figures="b"),
        [figure(date(2022, 12, 31), old), figure(FY23, FIRST), figure(FY23, FIRST, cik=2)],
        [figure(FY23, FIRST), figure(FY24, NEXT)],
    )
    whys = {(change.shown.cik, change.shown.period): change.why for change in found.changes}
    assert whys == {
        (1, "FY 2022"): Why.OTHER_PERIODS,
        (1, "FY 2024"): Why.FILED_BETWEEN,
        (2, "FY 2023"): Why.OTHER_PARAMETERS,
    }
    assert not found.is_equal
    both, periods = apart(found.changes)
    assert both == []
    assert [(each.company, each.period, each.is_after) for each in periods] == [
        ("C1", "FY 2022, annual", False), ("C1", "FY 2024, annual", True), ("C2", "FY 2023, annual", False),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["notebook", "code_version"])
def test_what_the_runs_were_made_of(name: str) -> None:
    other = manifest("2024-12-31") | {name: "another"}
    found = compare_runs(manifest("2024-12-31"), other)
    assert [(each.what, each.after) for each in found.differences] == [(name, "another")]
