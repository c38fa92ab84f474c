"""What a rule finds in the data, ready to be told: one notice a filing, a figure or a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from db.alerts.deliveries import new_subjects
from db.companies import get_companies, get_company
from db.facts.restatements import restatements
from db.screens.screening import prove_figure
from db.statements.rules_digest import EVALUATED
from workbench.domain.alerts.notices import Notice, as_filed, company_page, day, filing_url, reader_page
from workbench.domain.alerts.rules import AlertKind, Condition
from workbench.domain.errors import NotComputable
from workbench.domain.facts.restatements import Change, Restatement
from workbench.domain.facts.source import SourceFact
from workbench.domain.filings.events import event_kind
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.screen_results import unit_of
from workbench.domain.measures.screens import FigureFilter, amount_in_words
from workbench.domain.statements.statement import Figure

Since = Mapping[Cik, date]

# Lines of a restated filing that a notice shows; a reader finds the others on the company's page.
_LINES_SHOWN = 8

# The companies that are looked at, each from its own day on.
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
# Reading all facts of a company takes a while: only those with a filing that brought facts and was not told. A company without
# an index of filings, known by its facts alone, may have other values any time.
_UNINDEXED = "not exists (select 1 from sec_filings f where f.cik = scope.cik)"
_MAY_RESTATE = sa.text(
    f"select scope.cik from {_SCOPE} "  # noqa: S608
    "where exists (select 1 from sec_filings f where f.cik = scope.cik and f.filed_on >= scope.since_on "
    f"and exists (select 1 from financial_metrics m where m.accession = f.accession) and {_UNTOLD.format('f.accession')}) "
    f"or {_UNINDEXED}"
)
_WITHOUT_FILINGS = sa.text(f"select scope.cik from {_SCOPE} where {_UNINDEXED}")  # noqa: S608
# What a company's latest figure became on each day that it filed, beside what it was before.
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
# Only the first of several failures in a row: the others say nothing new.
_RUNS = sa.text(
    "select * from ("
    "select run_id, kind, subject, started_at, finished_at, outcome, error, "
    "lag(outcome) over (partition by kind, subject order by run_id) as before "
    "from ingest_runs where kind = any(cast(:names as text[]))) as runs "
    "where finished_at > :since and outcome in ('failed', 'quarantined') "
    "and coalesce(before, '') not in ('failed', 'quarantined') order by run_id"
)


_REPORTS = sa.text(
    "select report_id, title, schedule, as_of, figures from reports "
    "where status = 'finished' and schedule is not null and finished_at > :since "
    "and (cast(:names as text[]) = '{}' or schedule = any(cast(:names as text[]))) order by report_id"
)


def find_in_companies(
    connection: sa.Connection, condition: Condition, since: Since, *, rule_id: int | None = None
) -> Iterator[Notice]:
    """What a condition finds of these companies, filed on the day of each or later; the oldest filing first.

    With `rule_id` without what that rule has told already.
    """
    find = {AlertKind.FILING: _filings, AlertKind.EVENT: _events, AlertKind.RESTATEMENT: _restatements}
    yield from find.get(condition.kind, _figures)(connection, condition, since, rule_id)


def find_known(connection: sa.Connection, condition: Condition, since: Since) -> Iterator[Notice]:
    """What need not be told of companies that a rule meets: all that `find_in_companies` gives, and for restatements every
    filing, which costs less to know than what it restates.
    """
    if condition.kind is not AlertKind.RESTATEMENT:
        yield from find_in_companies(connection, condition, since)
        return
    yield from _filings(connection, Condition(AlertKind.FILING), since, None)
    without = [Cik(number) for number in connection.scalars(_WITHOUT_FILINGS, _scope(since))]
    yield from _restatements(connection, condition, {cik: since[cik] for cik in without}, None)


def find_runs(connection: sa.Connection, condition: Condition, since: datetime) -> Iterator[Notice]:
    """Runs that ended after `since`, oldest first: of jobs those that failed where the one before of the same kind and subject
    had not, of scheduled reports those that are done.
    """
    asked = {"names": list(condition.names), "since": since}
    if condition.kind is AlertKind.REPORT:
        for row in connection.execute(_REPORTS, asked):
            facts = (("Schedule", row.schedule), ("As of", day(row.as_of)), ("Figures", f"{row.figures:,}"))
            page = f"/api/v1/reports/{row.report_id}/file"
            yield Notice(f"report {row.report_id}", f"Report: {row.title}", facts=facts, page=page)
        return
    for row in connection.execute(_RUNS, asked):
        name = f"the job {row.subject}" if row.kind == "flow" else f"{row.kind} {row.subject}"
        facts = (
            ("Ended", f"{row.finished_at:%Y-%m-%d %H:%M} UTC"),
            ("Outcome", row.outcome),
            ("Why", row.error or "not said"),
        )
        yield Notice(f"run {row.run_id}", f"{name[:1].upper()}{name[1:]} {_outcome(row.outcome)}", facts=facts)


def _outcome(outcome: str) -> str:
    return "failed" if outcome == "failed" else "was quarantined"


def _scope(since: Since) -> dict[str, Any]:
    return {"ciks": [cik.number for cik in since], "days": list(since.values())}


def _names(connection: sa.Connection, rows: Sequence[Any]) -> dict[int, Company]:
    found = get_companies(connection, [Cik(number) for number in dict.fromkeys(row.cik for row in rows)])
    return {company.cik.number: company for company in found}


def _named(company: Company) -> str:
    return f"{company.name} ({company.label})"


def _filings(connection: sa.Connection, condition: Condition, since: Since, rule_id: int | None) -> Iterator[Notice]:
    rows = connection.execute(_FILINGS, {**_scope(since), "names": list(condition.names), "rule_id": rule_id}).all()
    names = _names(connection, rows)
    for row in rows:
        company = names[row.cik]
        facts = [("Company", _named(company)), ("Filed", as_filed(row.form, row.accession, row.filed_on))]
        if row.report_on:
            facts.append(("For", day(row.report_on)))
        if row.description and row.description != row.form:
            facts.append(("What", row.description))
        yield _of_filing(row, company, f"{company.label} filed {_article(row.form)} {row.form}", facts)


def _events(connection: sa.Connection, condition: Condition, since: Since, rule_id: int | None) -> Iterator[Notice]:
    rows = connection.execute(_EVENTS, {**_scope(since), "names": list(condition.names), "rule_id": rule_id}).all()
    names = _names(connection, rows)
    for row in rows:
        company = names[row.cik]
        labels = [event_kind(item).label for item in row.items]
        facts = [("Company", _named(company)), ("Filed", as_filed(row.form, row.accession, row.filed_on))]
        if row.report_on:
            facts.append(("Happened", day(row.report_on)))
        facts += [(f"Item {item}", label) for item, label in zip(row.items, labels, strict=True)]
        yield _of_filing(row, company, f"{company.label}: {'; '.join(dict.fromkeys(labels))}", facts)


def _of_filing(row: Any, company: Company, title: str, facts: Sequence[tuple[str, str]]) -> Notice:
    return Notice(
        subject=row.accession,
        title=title,
        cik=company.cik,
        company=company.label,
        facts=tuple(facts),
        page=reader_page(row.accession),
        source_url=filing_url(company.cik, row.accession),
    )


def _article(form: str) -> str:
    return "an" if form[0] in "8AEFHILMNORSX" else "a"  # as the first character is spoken: an 8-K, an S-1


def _restatements(connection: sa.Connection, condition: Condition, since: Since, rule_id: int | None) -> Iterator[Notice]:
    kinds = [Change(name) for name in condition.names]
    for number in connection.scalars(_MAY_RESTATE, {**_scope(since), "rule_id": rule_id}).all():
        company = get_company(connection, Cik(number))
        try:
            found = restatements(connection, company, kinds=kinds, since=since[company.cik])
        except NotComputable:  # looked at again by the next look: nothing of it was told
            continue
        of_filing: defaultdict[str, list[Restatement]] = defaultdict(list)
        for one in reversed(found.restatements):
            if one.lines:
                of_filing[one.after.accession].append(one)
        for accession in _untold(connection, rule_id, of_filing):
            changes = of_filing[accession]
            yield _restated(company, accession, changes)


def _restated(company: Company, accession: str, changes: Sequence[Restatement]) -> Notice:
    after = changes[0].after
    facts = [("Company", _named(company)), ("Filed", as_filed(after.form, accession, after.filed_on))]
    facts += [(one.label, _difference(one)) for one in changes[:_LINES_SHOWN]]
    if len(changes) > _LINES_SHOWN:
        facts.append(("And", f"{len(changes) - _LINES_SHOWN} more"))
    figures = "1 figure" if len(changes) == 1 else f"{len(changes)} figures"
    kinds = "/".join(dict.fromkeys(one.kind.value.replace("_", " ") for one in changes))
    return Notice(
        subject=accession,
        title=f"{company.label}: {kinds} of {figures} in {_article(after.form)} {after.form}",
        cik=company.cik,
        company=company.label,
        facts=tuple(facts),
        page=company_page(company, as_of=after.filed_on.isoformat()),
        source_url=filing_url(company.cik, accession),
    )


def _difference(one: Restatement) -> str:
    before, after = (f"{fact.value:,f}" for fact in (one.before, one.after))
    percent = f", {one.difference_pct:+} %" if one.difference_pct is not None else ""
    return f"{after} {one.after.unit} instead of {before} ({_period(one.after)}{percent}; {one.evidence})"


def _period(fact: SourceFact) -> str:
    if fact.period_start is None:
        return f"at {day(fact.period_end)}"
    return f"{day(fact.period_start)} to {day(fact.period_end)}"


def _figures(connection: sa.Connection, condition: Condition, since: Since, rule_id: int | None) -> Iterator[Notice]:
    figure = condition.figure
    if figure is None:
        return
    basis = figure.metric.source
    asked = {**_scope(since), "name": figure.metric.measure.name, "basis": basis}
    found = {
        f"{row.cik} {basis} {row.period_end} {row.known_from}": row
        for row in connection.execute(_FIGURES, asked)
        if _is_news(condition, row)
    }
    subjects = _untold(connection, rule_id, found)
    names = _names(connection, [found[subject] for subject in subjects])
    for subject in subjects:
        row = found[subject]
        company = names[row.cik]
        try:
            proof = prove_figure(connection, company, figure.metric, row.period_end, row.known_from)
        except NotComputable:
            continue
        yield _of_figure(row, company, subject=subject, condition=condition, figure=figure, proof=proof)


def _untold(connection: sa.Connection, rule_id: int | None, subjects: Collection[str]) -> list[str]:
    """Those of the subjects that the rule has no notice of, in their order."""
    fresh = set(subjects) if rule_id is None else new_subjects(connection, rule_id, subjects)
    return [subject for subject in subjects if subject in fresh]


def _is_news(condition: Condition, row: Any) -> bool:
    is_new = (row.period_end, row.value) != (row.period_end_before, row.value_before)
    if not is_new or not condition.is_met(row.value, row.currency):
        return False
    return condition.is_every or not condition.is_met(row.value_before, row.currency_before)


def _of_figure(
    row: Any, company: Company, *, subject: str, condition: Condition, figure: FigureFilter, proof: Figure | None
) -> Notice:
    item = figure.metric.measure
    amount = amount_in_words(row.value, item.unit, row.currency)
    facts = [("Company", _named(company)), (figure.metric.label, f"{amount} ({row.period_label}, to {day(row.period_end)})")]
    if item.unit in ("money", "shares") and abs(row.value) >= 10**6:
        facts.append(("Exactly", f"{row.value:,f} {unit_of(figure.metric, row.currency)}"))
    if row.value_before is not None:
        before = amount_in_words(row.value_before, item.unit, row.currency_before)
        facts.append(("Before", f"{before} (to {day(row.period_end_before)})"))
    newest = max(proof.facts, key=lambda fact: (fact.filed_on, fact.accession), default=None) if proof else None
    if newest is not None:
        facts.append(("Filed", as_filed(newest.form, newest.accession, newest.filed_on)))
    if proof is not None and proof.formula:
        facts.append(("Formula", proof.formula))
    facts.append(("Alert on", figure.sentence))
    shown = {"figure": f"{item.name}@{row.period_end}", "kind": item.kind.value} if item.kind else {}
    return Notice(
        subject=subject,
        title=f"{company.label}: {figure.metric.label.lower()} {amount}, {_held_against(condition, figure)}",
        cik=company.cik,
        company=company.label,
        facts=tuple(facts),
        page=company_page(company, period=figure.metric.source, as_of=row.known_from.isoformat(), **shown),
        source_url=filing_url(company.cik, newest.accession) if newest is not None else None,
    )


def _held_against(condition: Condition, figure: FigureFilter) -> str:
    unit = figure.metric.measure.unit
    words = figure.operator.words.format(*(amount_in_words(value, unit, figure.currency) for value in figure.values))
    return words if condition.is_every else f"now {words}"
