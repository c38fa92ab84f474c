"""Matches of an alert rule: one per filing, figure or run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from db.alerts.deliveries import new_subjects
from db.companies import get_companies, get_company
from db.ownership import caller_called, readable
from db.screens.screen_history import screen_members
from db.screens.screening import prove_figure
from db.statements.restatements import restatements
from db.statements.rules_digest import EVALUATED
from db.tables import reports
from workbench.domain.alerts.matches import (
    EventMatch,
    FigureMatch,
    FilingMatch,
    Match,
    ReportMatch,
    RestatementMatch,
    RunMatch,
    ScreenMatch,
)
from workbench.domain.alerts.rules import AlertKind, Condition
from workbench.domain.errors import NotComputable
from workbench.domain.facts.restated_concepts import RestatedConcept
from workbench.domain.facts.restatements import Change
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.screens import Screen
from workbench.domain.screens.screen_history import ScreenMembers, changes

Since = Mapping[Cik, date]
_Find = Callable[[sa.Connection, Condition, Since, int | None], Iterator[Match]]

# The companies to check, each from its own day.
_SCOPE = "unnest(cast(:ciks as bigint[]), cast(:days as date[])) as scope (cik, since_on)"
_UNTOLD = "not exists (select 1 from alert_notices n where n.rule_id = :rule_id and n.subject = {})"
_FILINGS = sa.text(
    f"select f.cik, f.accession, f.form, f.filed_on, f.report_on, f.description from {_SCOPE} "  # noqa: S608
    "join sec_filings f on f.cik = scope.cik and f.filed_on >= scope.since_on "
    f"where (cast(:names as text[]) = '{{}}' or f.form = any(cast(:names as text[]))) and {_UNTOLD.format('f.accession')} "
    "order by f.filed_on, f.accession, f.cik"
)
_EVENTS = sa.text(
    "select e.cik, e.accession, e.form, e.filed_on, min(e.report_on) as report_on, "  # noqa: S608
    f"array_agg(e.item order by e.item) as items from {_SCOPE} "
    "join market_events e on e.cik = scope.cik and e.filed_on >= scope.since_on "
    "where (cast(:names as text[]) = '{}' or e.event_type = any(cast(:names as text[]))) "
    f"and {_UNTOLD.format('e.accession')} "
    "group by e.cik, e.accession, e.form, e.filed_on order by e.filed_on, e.accession, e.cik"
)
# Reading all facts of a company takes a while: only those with a filing that brought facts and no notification. A company
# without an index of filings, known by its facts alone, may have other values any time.
_UNINDEXED = "not exists (select 1 from sec_filings f where f.cik = scope.cik)"
_MAY_RESTATE = sa.text(
    f"select scope.cik from {_SCOPE} "  # noqa: S608
    "where exists (select 1 from sec_filings f where f.cik = scope.cik and f.filed_on >= scope.since_on "
    f"and exists (select 1 from financial_metrics m where m.accession = f.accession) and {_UNTOLD.format('f.accession')}) "
    f"or {_UNINDEXED}"
)
_WITHOUT_FILINGS = sa.text(f"select scope.cik from {_SCOPE} where {_UNINDEXED}")  # noqa: S608
# A company's latest figure on each filing day, beside its previous value.
_FIGURES = sa.text(
    "select m.cik, m.known_from, m.period_label, m.period_end, m.currency, "  # noqa: S608
    "cast(m.figures ->> cast(:name as text) as numeric) as value, p.currency as currency_before, "
    "p.period_end as period_end_before, cast(p.figures ->> cast(:name as text) as numeric) as value_before "
    f"from {_SCOPE} "
    "join company_metrics m on m.cik = scope.cik and m.basis = :basis and m.known_from >= scope.since_on "
    f"and m.cik in {EVALUATED} "
    "left join company_metrics p on p.cik = m.cik and p.basis = m.basis and p.known_until = m.known_from "
    "order by m.known_from, m.cik"
)
# Only the first of several failures in a row, because the others add nothing.
_RUNS = sa.text(
    "select * from ("
    "select run_id, kind, subject, started_at, finished_at, outcome, error, "
    "lag(outcome) over (partition by kind, subject order by run_id) as before "
    "from ingest_runs where kind = any(cast(:names as text[]))) as runs "
    "where finished_at > :since and outcome in ('failed', 'quarantined') "
    "and coalesce(before, '') not in ('failed', 'quarantined') order by run_id"
)


def find_in_companies(
    connection: sa.Connection, condition: Condition, since: Since, *, rule_id: int | None = None
) -> Iterator[Match]:
    """What a condition finds of these companies, filed on the day of each or later; the oldest filing first.

    With `rule_id` without what that rule has a notice of already.
    """
    find: Mapping[AlertKind, _Find] = {
        AlertKind.FILING: _filings, AlertKind.EVENT: _events, AlertKind.RESTATEMENT: _restatements,
    }  # fmt: skip
    yield from find.get(condition.kind, _figures)(connection, condition, since, rule_id)


def find_known(connection: sa.Connection, condition: Condition, since: Since) -> Iterator[Match]:
    """What is no news of companies that a rule meets: all that `find_in_companies` gives, and for restatements every filing,
    which costs less to know than what it restates.
    """
    if condition.kind is not AlertKind.RESTATEMENT:
        yield from find_in_companies(connection, condition, since)
        return
    yield from _filings(connection, Condition(AlertKind.FILING), since, None)
    without = [Cik(number) for number in connection.scalars(_WITHOUT_FILINGS, _scope(since))]
    yield from _restatements(connection, condition, {cik: since[cik] for cik in without}, None)


def find_runs(
    connection: sa.Connection, condition: Condition, since: datetime, owner: str
) -> Iterator[RunMatch | ReportMatch]:
    """Runs that ended after `since`, oldest first: of jobs those that failed where the one before of the same kind and subject
    had not, of scheduled reports those that are done and that `owner` may read.
    """
    if condition.kind is AlertKind.REPORT:
        yield from _reports(connection, condition, since, owner)
        return
    for row in connection.execute(_RUNS, {"names": list(condition.names), "since": since}):
        yield RunMatch(row.run_id, row.kind, row.subject, row.finished_at, row.outcome, row.error)


def _reports(connection: sa.Connection, condition: Condition, since: datetime, owner: str) -> Iterator[ReportMatch]:
    query = sa.select(reports).where(
        reports.c.status == "finished",
        reports.c.schedule.is_not(None),
        reports.c.finished_at > since,
        readable(reports, caller_called(connection, owner)),
    )
    if condition.names:
        query = query.where(reports.c.schedule.in_(condition.names))
    for row in connection.execute(query.order_by(reports.c.report_id)):
        yield ReportMatch(row.report_id, row.title, row.schedule, row.as_of, row.figures)


def find_screened(
    connection: sa.Connection, condition: Condition, before: ScreenMembers, day: date
) -> tuple[list[ScreenMatch], ScreenMembers]:
    """The companies that have entered or left a screen since it had the members `before`, and its members now.

    Companies that entered come first, by CIK. One that cannot be evaluated stays what it was.
    """
    members = screen_members(connection, Screen(filters=condition.filters))
    entered, left = changes(before, members)
    companies = {company.cik: company for company in get_companies(connection, sorted(entered | left))}
    matches = [
        ScreenMatch(companies[cik], condition, day, is_entering=is_entering)
        for ciks, is_entering in ((entered, True), (left, False))
        for cik in sorted(ciks)
    ]
    return matches, ScreenMembers(members.passing | (before.passing & members.undecided))


def screened_on(connection: sa.Connection, condition: Condition, day: date) -> ScreenMembers:
    """The members of a screen as known at the end of a day."""
    return screen_members(connection, Screen(filters=condition.filters, as_of=day))


def _scope(since: Since) -> dict[str, Any]:
    return {"ciks": [cik.number for cik in since], "days": list(since.values())}


def _names(connection: sa.Connection, rows: Sequence[Any]) -> dict[int, Company]:
    companies = get_companies(connection, [Cik(number) for number in dict.fromkeys(row.cik for row in rows)])
    return {company.cik.number: company for company in companies}


def _filings(connection: sa.Connection, condition: Condition, since: Since, rule_id: int | None) -> Iterator[FilingMatch]:
    rows = connection.execute(_FILINGS, {**_scope(since), "names": list(condition.names), "rule_id": rule_id}).all()
    names = _names(connection, rows)
    for row in rows:
        yield FilingMatch(names[row.cik], row.accession, row.form, row.filed_on, row.report_on, row.description)


def _events(connection: sa.Connection, condition: Condition, since: Since, rule_id: int | None) -> Iterator[EventMatch]:
    rows = connection.execute(_EVENTS, {**_scope(since), "names": list(condition.names), "rule_id": rule_id}).all()
    names = _names(connection, rows)
    for row in rows:
        yield EventMatch(names[row.cik], row.accession, row.form, row.filed_on, row.report_on, tuple(row.items))


def _restatements(
    connection: sa.Connection, condition: Condition, since: Since, rule_id: int | None
) -> Iterator[RestatementMatch]:
    kinds = [Change(name) for name in condition.names]
    for number in connection.scalars(_MAY_RESTATE, {**_scope(since), "rule_id": rule_id}).all():
        company = get_company(connection, Cik(number))
        try:
            result = restatements(connection, company, kinds=kinds, since=since[company.cik])
        except NotComputable:  # checked again next time, because nothing of it was sent
            continue
        of_filing: defaultdict[str, list[RestatedConcept]] = defaultdict(list)
        for entry in result.restated:
            if entry.lines:
                of_filing[entry.foremost.after.accession].append(entry)
        oldest_first = sorted(of_filing, key=lambda accession: (of_filing[accession][0].foremost.after.filed_on, accession))
        for accession in _untold(connection, rule_id, oldest_first):
            yield RestatementMatch(company, accession, tuple(of_filing[accession]))


def _figures(connection: sa.Connection, condition: Condition, since: Since, rule_id: int | None) -> Iterator[FigureMatch]:
    figure = condition.figure
    if figure is None:
        return
    basis = figure.metric.source
    asked = {**_scope(since), "name": figure.metric.measure.name, "basis": basis}
    results = {
        f"{row.cik} {basis} {row.period_end} {row.known_from}": row
        for row in connection.execute(_FIGURES, asked)
        if _is_news(condition, row)
    }
    subjects = _untold(connection, rule_id, results)
    names = _names(connection, [results[subject] for subject in subjects])
    for subject in subjects:
        row = results[subject]
        company = names[row.cik]
        try:
            proof = prove_figure(connection, company, figure.metric, row.period_end, row.known_from)
        except NotComputable:
            continue
        yield FigureMatch(
            subject, company, condition, row.period_label, row.period_end, row.known_from, row.value, row.currency,
            row.value_before, row.currency_before, row.period_end_before, proof,
        )  # fmt: skip


def _untold(connection: sa.Connection, rule_id: int | None, subjects: Collection[str]) -> list[str]:
    """The subjects for which the rule has no notification, in order."""
    fresh = set(subjects) if rule_id is None else new_subjects(connection, rule_id, subjects)
    return [subject for subject in subjects if subject in fresh]


def _is_news(condition: Condition, row: Any) -> bool:
    is_new = (row.period_end, row.value) != (row.period_end_before, row.value_before)
    if not is_new or not condition.is_met(row.value, row.currency):
        return False
    return condition.is_every or not condition.is_met(row.value_before, row.currency_before)
