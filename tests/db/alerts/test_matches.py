"""What rules find: filings, events, restatements, figures and runs, of the companies, days and notices that they have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from db.alerts import deliveries, matches, rules
from db.companies import save_company
from db.facts.loading import load_facts
from db.filings.events import save_index_events
from db.filings.filing_index import save_filings
from db.operations import runs
from db.statements.rules_digest import rules_for
from db.tables import company_metric_states, company_metrics, reports
from tests.ingest.fenced_room import COMPANIES
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.matches import (
    EventMatch,
    FigureMatch,
    FilingMatch,
    Match,
    ReportMatch,
    RestatementMatch,
    RunMatch,
)
from workbench.domain.alerts.notices import Notice, NoticeState
from workbench.domain.alerts.rules import parse_condition
from workbench.domain.errors import NotComputable
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.facts.restatements import Change
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company
from workbench.domain.operations.runs import IngestReport
from workbench.domain.screens.screen_history import ScreenMembers

ONE, TWO, THREE = COMPANIES
MARCH, APRIL, MAY = (date(2024, month, 10) for month in (3, 4, 5))
NOON = datetime(2024, 5, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _three_companies(connection: sa.Connection) -> None:
    for company in COMPANIES:
        save_company(connection, company)


def filing(company: Company, number: int, form: str, day: date, **more: Any) -> Filing:
    return Filing(company.cik, Accession(f"{company.cik.padded}-24-{number:06d}"), form, day, **more)


def rule_with_notice(connection: sa.Connection, condition: str, *subjects: str) -> int:
    """A rule that has notified of these subjects."""
    rule = rules.save_rule(
        connection, owner="ada", condition=parse_condition(condition), channel="ops", schedule=Schedule(), created_at=NOON
    )
    notices = [Notice(subject, subject) for subject in subjects]
    deliveries.save_notices(connection, rule.rule_id, notices, state=NoticeState.PENDING, found_at=NOON, due_at=NOON)
    return rule.rule_id


def find(
    connection: sa.Connection, condition: str, since: Mapping[Company, date], *, rule_id: int | None = None
) -> list[Match]:
    days = {company.cik: day for company, day in since.items()}
    return list(matches.find_in_companies(connection, parse_condition(condition), days, rule_id=rule_id))


def test_filings_of_a_rules_companies_from_the_day_of_each(connection: sa.Connection) -> None:
    late = filing(ONE, 3, "10-Q", MAY, report_on=date(2024, 3, 31), description="Quarterly report")
    save_filings(
        connection,
        [late, filing(ONE, 1, "10-K", MARCH), filing(ONE, 2, "10-K/A", APRIL), filing(TWO, 1, "10-K", APRIL),
         filing(THREE, 1, "10-K", MAY)],
    )  # fmt: skip
    since = {ONE: APRIL, TWO: APRIL}
    assert find(connection, "filing", since) == [
        FilingMatch(ONE, "0000000001-24-000002", "10-K/A", APRIL, None, None),
        FilingMatch(TWO, "0000000002-24-000001", "10-K", APRIL, None, None),
        FilingMatch(ONE, "0000000001-24-000003", "10-Q", MAY, date(2024, 3, 31), "Quarterly report"),
    ]
    assert [match.accession for match in find(connection, "filing 10-K,10-Q", since) if isinstance(match, FilingMatch)] == [
        "0000000002-24-000001", "0000000001-24-000003",
    ]  # fmt: skip
    assert find(connection, "filing", {TWO: MAY}) == []
    # What the rule has notified of is left out, for that rule alone.
    notified = rule_with_notice(connection, "filing", "0000000002-24-000001")
    others = rule_with_notice(connection, "filing 10-Q", "0000000001-24-000003")
    assert (
        len(find(connection, "filing", since, rule_id=notified)) == len(find(connection, "filing", since, rule_id=others)) == 2
    )
    assert len(find(connection, "filing", since)) == 3


def test_events_of_a_filing_are_one_match(connection: sa.Connection) -> None:
    report = filing(TWO, 7, "8-K", MAY, report_on=date(2024, 5, 8), items=("9.01", "5.02", "2.02"))
    before = filing(TWO, 6, "8-K", MARCH, items=("2.02",))
    save_index_events(connection, [report, before, filing(ONE, 1, "8-K", MAY, items=("8.01",))])
    whole = EventMatch(TWO, "0000000002-24-000007", "8-K", MAY, date(2024, 5, 8), ("2.02", "5.02", "9.01"))
    assert find(connection, "event", {TWO: APRIL}) == [whole]
    both = find(connection, "event people,results", {TWO: MARCH, ONE: MARCH})
    assert [(match.filed_on, match.items) for match in both if isinstance(match, EventMatch)] == [
        (MARCH, ("2.02",)), (MAY, ("2.02", "5.02")),
    ]  # fmt: skip
    notified = rule_with_notice(connection, "event", whole.accession)
    assert find(connection, "event", {TWO: APRIL}, rule_id=notified) == []


def restating(accession: str, day: date, *, lines: tuple[str, ...] = ("revenue",)) -> SimpleNamespace:
    return SimpleNamespace(lines=lines, foremost=SimpleNamespace(after=SimpleNamespace(accession=accession, filed_on=day)))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, list[Change], date]]:
    """Stands in for the restatements of a company: the first has none that can be computed. Collects what was asked for."""
    questions = []

    def restatements(_: sa.Connection, company: Company, *, kinds: list[Change], since: date) -> SimpleNamespace:
        questions.append((company.cik.number, kinds, since))
        if company == ONE:
            raise NotComputable("no ratio")
        later, earlier = f"{company.cik.padded}-24-000008", f"{company.cik.padded}-24-000009"  # an agent's numbers
        rows = [restating(later, MAY), restating(earlier, APRIL), restating(later, MAY), restating("other", MAY, lines=())]
        return SimpleNamespace(restated=rows)

    monkeypatch.setattr(matches, "restatements", restatements)
    return questions


def test_restatements_are_matched_by_filing(connection: sa.Connection, asked: list[tuple[int, list[Change], date]]) -> None:
    """A company whose figures cannot be computed is passed over, and the others are found."""
    result = find(connection, "restatement sign,retag", {ONE: MARCH, TWO: APRIL})
    assert asked == [(1, [Change.SIGN, Change.RETAG], MARCH), (2, [Change.SIGN, Change.RETAG], APRIL)]
    found = [(match.company, match.accession, len(match.changes)) for match in result if isinstance(match, RestatementMatch)]
    assert found == [(TWO, "0000000002-24-000009", 1), (TWO, "0000000002-24-000008", 2)]
    notified = rule_with_notice(connection, "restatement", "0000000002-24-000009")
    (left,) = find(connection, "restatement", {TWO: APRIL}, rule_id=notified)
    assert isinstance(left, RestatementMatch)
    assert left.accession == "0000000002-24-000008"


def test_only_companies_with_a_new_filing_or_without_an_index_are_asked_for_restatements(
    connection: sa.Connection, asked: list[tuple[int, list[Change], date]]
) -> None:
    save_filings(connection, [filing(TWO, 1, "10-K", MAY), filing(THREE, 1, "8-K", MAY)])
    report = Fact(
        THREE.cik,
        Concept("us-gaap", "Assets"),
        "USD",
        None,
        date(2023, 12, 31),
        Decimal(5),
        Accession("0000000003-24-000002"),
        "10-K",
        MAY,
    )
    load_facts(connection, THREE.cik, [report])
    save_filings(connection, [filing(THREE, 2, "10-K", MAY)])
    find(connection, "restatement", {ONE: MARCH, TWO: MARCH, THREE: MARCH})
    assert [number for number, _, _ in asked] == [1, 3]
    find(connection, "restatement", {THREE: MAY + timedelta(days=1)})
    notified = rule_with_notice(connection, "restatement", "0000000003-24-000002")
    find(connection, "restatement", {THREE: MARCH}, rule_id=notified)
    assert len(asked) == 2


def test_of_companies_that_a_rule_meets_every_filing_is_known(
    connection: sa.Connection, asked: list[tuple[int, list[Change], date]]
) -> None:
    save_filings(connection, [filing(THREE, 1, "10-K", MAY), filing(THREE, 2, "8-K", MARCH)])
    days = {TWO.cik: MARCH, THREE.cik: APRIL}
    known = list(matches.find_known(connection, parse_condition("restatement"), days))
    assert [(type(match), match.accession) for match in known if isinstance(match, FilingMatch | RestatementMatch)] == [
        (FilingMatch, "0000000003-24-000001"),
        (RestatementMatch, "0000000002-24-000009"),
        (RestatementMatch, "0000000002-24-000008"),
    ]
    assert [number for number, _, _ in asked] == [2]  # the one without an index of filings
    assert list(matches.find_known(connection, parse_condition("filing 10-K"), days)) == known[:1]


def save_figures(connection: sa.Connection, company: Company, *rows: tuple[date, date | None, date, str, float]) -> None:
    """Latest figures of the year: known from and until, the period's end, currency and revenue."""
    connection.execute(sa.insert(company_metric_states), {"cik": company.cik.number, "reader": rules_for(company), "days": {}})
    for known_from, known_until, end, currency, revenue in rows:
        row = {
            "cik": company.cik.number, "basis": "annual", "known_from": known_from, "known_until": known_until,
            "period_label": f"FY {end.year}", "period_end": end, "currency": currency, "figures": {"revenue": revenue},
        }  # fmt: skip
        connection.execute(sa.insert(company_metrics), row)


YEAR_BEFORE, YEAR = date(2022, 12, 31), date(2023, 12, 31)


def test_figures_that_cross_a_threshold(connection: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    proven = []

    def prove(_: sa.Connection, company: Company, metric: Any, end: date, day: date) -> None:
        proven.append((company, metric.measure.name, end, day))
        if company == THREE:
            raise NotComputable("no facts")

    monkeypatch.setattr(matches, "prove_figure", prove)
    save_figures(connection, ONE, (MARCH, MAY, YEAR_BEFORE, "USD", 80), (MAY, None, YEAR, "USD", 120))
    save_figures(connection, TWO, (APRIL, MAY, YEAR_BEFORE, "USD", 150), (MAY, None, YEAR, "EUR", 160))
    save_figures(connection, THREE, (MAY, None, YEAR, "USD", 300))
    since = dict.fromkeys(COMPANIES, APRIL)
    crossed = find(connection, "revenue > 100", since)
    assert [(match.company, match.value, match.value_before) for match in crossed if isinstance(match, FigureMatch)] == [
        (TWO, Decimal(150), None), (ONE, Decimal(120), Decimal(80)),
    ]  # fmt: skip
    whole = crossed[1]
    assert isinstance(whole, FigureMatch)
    assert whole == FigureMatch(
        "1 annual 2023-12-31 2024-05-10", ONE, parse_condition("revenue > 100"), "FY 2023", YEAR, MAY, Decimal(120), "USD",
        Decimal(80), "USD", YEAR_BEFORE, None,
    )  # fmt: skip
    assert proven == [(TWO, "revenue", YEAR_BEFORE, APRIL), (ONE, "revenue", YEAR, MAY), (THREE, "revenue", YEAR, MAY)]
    every = find(connection, "every revenue > 100", since)
    assert [match.value for match in every if isinstance(match, FigureMatch)] == [150, 120]
    (in_euro,) = find(connection, "revenue > 100 EUR", since)
    assert isinstance(in_euro, FigureMatch)
    assert (in_euro.company, in_euro.value, in_euro.value_before, in_euro.currency_before) == (
        TWO,
        Decimal(160),
        Decimal(150),
        "USD",
    )
    assert find(connection, "revenue > 100", {ONE: MAY + timedelta(days=1)}) == []
    assert find(connection, "revenue@quarter > 100", since) == []
    notified = rule_with_notice(connection, "revenue > 100", whole.subject)
    assert [match.company for match in find(connection, "revenue > 100", since, rule_id=notified)] == [TWO]  # type: ignore[union-attr]


def test_figures_of_other_rules_and_the_same_figure_again_are_no_news(
    connection: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matches, "prove_figure", lambda *_: None)
    save_figures(connection, ONE, (MARCH, MAY, YEAR, "USD", 120), (MAY, None, YEAR, "USD", 120))
    save_figures(connection, TWO, (MAY, None, YEAR, "USD", 120))
    connection.execute(
        sa.update(company_metric_states).where(company_metric_states.c.cik == TWO.cik.number).values(reader="other rules")
    )
    assert find(connection, "every revenue > 100", {ONE: APRIL, TWO: APRIL}) == []
    assert len(find(connection, "every revenue > 100", {ONE: MARCH, TWO: APRIL})) == 1


def ended(kind: str, subject: str, outcome: Any, minutes: int) -> IngestReport:
    at = NOON + timedelta(minutes=minutes)
    return IngestReport(kind, subject, outcome, at - timedelta(seconds=5), at, error=f"error {minutes}")


def test_the_first_failure_in_a_row_is_matched(connection: sa.Connection) -> None:
    for report in (
        ended("prices", "AAPL", "failed", 0), ended("prices", "AAPL", "failed", 1), ended("prices", "AAPL", "saved", 2),
        ended("prices", "AAPL", "quarantined", 3), ended("prices", "AAPL", "failed", 4), ended("prices", "NKE", "failed", 5),
        ended("facts", "NKE", "failed", 6), ended("prices", "KO", "skipped", 7),
    ):  # fmt: skip
        runs.save(connection, report)
    condition = parse_condition("failed run prices")
    found = list(matches.find_runs(connection, condition, NOON - timedelta(minutes=1), "ada"))
    assert [(run.kind, run.unit, run.outcome, run.error) for run in found if isinstance(run, RunMatch)] == [
        ("prices", "AAPL", "failed", "error 0"), ("prices", "AAPL", "quarantined", "error 3"),
        ("prices", "NKE", "failed", "error 5"),
    ]  # fmt: skip
    since = list(matches.find_runs(connection, condition, NOON + timedelta(minutes=3), "ada"))
    assert [(run.finished_at, run.unit) for run in since if isinstance(run, RunMatch)] == [
        (NOON + timedelta(minutes=5), "NKE")
    ]


def test_scheduled_reports_that_the_owner_may_read(connection: sa.Connection) -> None:
    row = {
        "notebook": "company_review", "title": "Review", "parameters": {}, "as_of": MAY, "status": "finished", "cells": 3,
        "figures": 7, "schedule": "weekly", "finished_at": NOON, "owner": "ada",
    }  # fmt: skip
    changed: list[dict[str, Any]] = [
        {}, {"schedule": "monthly"}, {"schedule": None}, {"status": "failed"}, {"owner": "bob"},
        {"finished_at": NOON - timedelta(days=1)},
    ]  # fmt: skip
    for change in changed:
        connection.execute(sa.insert(reports).values(row | change))

    def found(condition: str, owner: str = "ada") -> list[tuple[str, str, date, int]]:
        given = matches.find_runs(connection, parse_condition(condition), NOON - timedelta(hours=1), owner)
        return [(each.title, each.schedule, each.as_of, each.figures) for each in given if isinstance(each, ReportMatch)]

    assert found("report") == [("Review", "weekly", MAY, 7), ("Review", "monthly", MAY, 7)]
    assert found("report monthly") == [("Review", "monthly", MAY, 7)]
    assert found("report", "bob") == [("Review", "weekly", MAY, 7)]


def test_companies_enter_and_leave_a_screen(connection: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be evaluated stays what it was."""
    screens = []

    def members(_: sa.Connection, screen: Any) -> ScreenMembers:
        screens.append((screen.filters, screen.as_of))
        return ScreenMembers(frozenset({Cik(2), Cik(3)}), frozenset({Cik(9)}))

    monkeypatch.setattr(matches, "screen_members", members)
    condition = parse_condition("screen revenue > 100")
    before = ScreenMembers(frozenset({Cik(1), Cik(2), Cik(9)}))
    found, now = matches.find_screened(connection, condition, before, MAY)
    assert [(match.company, match.day, match.is_entering) for match in found] == [(THREE, MAY, True), (ONE, MAY, False)]
    assert now.passing == {Cik(2), Cik(3), Cik(9)}
    matches.screened_on(connection, condition, APRIL)
    assert screens == [(condition.filters, None), (condition.filters, APRIL)]
