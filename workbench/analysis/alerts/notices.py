"""The notification for a match of a rule: its title, its facts and its links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workbench.analysis.addresses import company_address, filing_url, reader_address, screen_address
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
from workbench.domain.alerts.notices import Notice
from workbench.domain.alerts.rules import Condition
from workbench.domain.facts.restated_concepts import RestatedConcept
from workbench.domain.facts.source import SourceFact
from workbench.domain.filings.events import event_kind
from workbench.domain.identity import Company
from workbench.domain.measures.screens import FigureFilter, amount_in_words
from workbench.domain.screens.screen_results import unit_of

# The most lines of a restated filing in one notification; the company's page shows the others.
_LINES_SHOWN = 8


def notice_of(match: Match) -> Notice:
    """The notification of one match. Its subject identifies the filing, figure or run and does not depend on its texts."""
    if isinstance(match, FilingMatch):
        return _filing(match)
    if isinstance(match, EventMatch):
        return _event(match)
    if isinstance(match, RestatementMatch):
        return _restatement(match)
    if isinstance(match, FigureMatch):
        return _figure(match)
    if isinstance(match, ScreenMatch):
        return _screen(match)
    return _report(match) if isinstance(match, ReportMatch) else _run(match)


def _filing(match: FilingMatch) -> Notice:
    facts = [("Company", _named(match.company)), ("Filed", _as_filed(match.form, match.accession, match.filed_on))]
    if match.report_on:
        facts.append(("For", _day(match.report_on)))
    if match.description and match.description != match.form:
        facts.append(("What", match.description))
    return _of_filing(match, f"{match.company.label} filed {_article(match.form)} {match.form}", facts)


def _event(match: EventMatch) -> Notice:
    labels = [event_kind(item).label for item in match.items]
    facts = [("Company", _named(match.company)), ("Filed", _as_filed(match.form, match.accession, match.filed_on))]
    if match.report_on:
        facts.append(("Happened", _day(match.report_on)))
    facts += [(f"Item {item}", label) for item, label in zip(match.items, labels, strict=True)]
    return _of_filing(match, f"{match.company.label}: {'; '.join(dict.fromkeys(labels))}", facts)


def _of_filing(match: FilingMatch | EventMatch, title: str, facts: Sequence[tuple[str, str]]) -> Notice:
    return Notice(
        subject=match.accession,
        title=title,
        cik=match.company.cik,
        company=match.company.label,
        facts=tuple(facts),
        page=reader_address(match.accession),
        source_url=filing_url(match.company.cik, match.accession),
    )


def _restatement(match: RestatementMatch) -> Notice:
    company, changes, after = match.company, match.changes, match.changes[0].foremost.after
    facts = [("Company", _named(company)), ("Filed", _as_filed(after.form, match.accession, after.filed_on))]
    facts += [(entry.label, _difference(entry)) for entry in changes[:_LINES_SHOWN]]
    if len(changes) > _LINES_SHOWN:
        facts.append(("And", f"{len(changes) - _LINES_SHOWN} more"))
    figures = "1 line" if len(changes) == 1 else f"{len(changes)} lines"
    kinds = "/".join(dict.fromkeys(entry.kind.value.replace("_", " ") for entry in changes))
    return Notice(
        subject=match.accession,
        title=f"{company.label}: {kinds} of {figures} in {_article(after.form)} {after.form}",
        cik=company.cik,
        company=company.label,
        facts=tuple(facts),
        page=company_address(company, as_of=after.filed_on.isoformat()),
        source_url=filing_url(company.cik, match.accession),
    )


def _difference(entry: RestatedConcept) -> str:
    one = entry.foremost
    before, after = (f"{fact.value:,f}" for fact in (one.before, one.after))
    percent = f", {one.difference_pct:+} %" if one.difference_pct is not None else ""
    others = len(entry.changes) - 1
    more = f"; and {others} other period{'s' if others > 1 else ''}" if others else ""
    return f"{after} {one.after.unit} instead of {before} ({_period(one.after)}{percent}; {one.evidence}){more}"


def _period(fact: SourceFact) -> str:
    if fact.period_start is None:
        return f"at {_day(fact.period_end)}"
    return f"{_day(fact.period_start)} to {_day(fact.period_end)}"


def _figure(match: FigureMatch) -> Notice:
    figure, company = match.condition.figure, match.company
    assert figure is not None, "a figure is found by a condition on one"  # noqa: S101  # nosec B101
    item = figure.metric.measure
    amount = amount_in_words(match.value, item.unit, match.currency)
    proof = match.proof
    newest = max(proof.facts, key=lambda fact: (fact.filed_on, fact.accession), default=None) if proof else None
    facts = _figure_facts(match, figure, amount)
    if newest is not None:
        facts.append(("Filed", _as_filed(newest.form, newest.accession, newest.filed_on)))
    if proof is not None and proof.formula:
        facts.append(("Formula", proof.formula))
    facts.append(("Alert on", figure.sentence))
    shown = {"figure": f"{item.name}@{match.period_end}", "kind": item.kind.value} if item.kind else {}
    return Notice(
        subject=match.subject,
        title=f"{company.label}: {figure.metric.label.lower()} {amount}, {_held_against(match.condition, figure)}",
        cik=company.cik,
        company=company.label,
        facts=tuple(facts),
        page=company_address(company, period=figure.metric.source, as_of=match.known_on.isoformat(), **shown),
        source_url=filing_url(company.cik, newest.accession) if newest is not None else None,
    )


def _figure_facts(match: FigureMatch, figure: FigureFilter, amount: str) -> list[tuple[str, str]]:
    """The figure in words and exactly, and what it was before."""
    unit = figure.metric.measure.unit
    period = f"{match.period_label}, to {_day(match.period_end)}"
    facts = [("Company", _named(match.company)), (figure.metric.label, f"{amount} ({period})")]
    if unit in ("money", "shares") and abs(match.value) >= 10**6:
        facts.append(("Exactly", f"{match.value:,f} {unit_of(figure.metric, match.currency)}"))
    if match.value_before is not None and match.period_end_before is not None:
        before = amount_in_words(match.value_before, unit, match.currency_before)
        facts.append(("Before", f"{before} (to {_day(match.period_end_before)})"))
    return facts


def _held_against(condition: Condition, figure: FigureFilter) -> str:
    unit = figure.metric.measure.unit
    words = figure.operator.words.format(*(amount_in_words(value, unit, figure.currency) for value in figure.values))
    return words if condition.is_every else f"now {words}"


def _screen(match: ScreenMatch) -> Notice:
    company, verb = match.company, "entered" if match.is_entering else "left"
    facts = [("Company", _named(company)), ("By", _day(match.day))]
    facts += [("Filter", item.sentence) for item in match.condition.filters]
    return Notice(
        subject=f"{company.cik} {verb} {match.day}",
        title=f"{company.label} {verb} the screen {'; '.join(map(str, match.condition.filters))}",
        cik=company.cik,
        company=company.label,
        facts=tuple(facts),
        page=screen_address("; ".join(map(str, match.condition.filters))),
    )


def _report(match: ReportMatch) -> Notice:
    facts = (("Schedule", match.schedule), ("As of", _day(match.as_of)), ("Figures", f"{match.figures:,}"))
    page = f"/api/v1/reports/{match.report_id}/file"
    return Notice(f"report {match.report_id}", f"Report: {match.title}", facts=facts, page=page)


def _run(match: RunMatch) -> Notice:
    name = f"the job {match.unit}" if match.kind == "flow" else f"{match.kind} {match.unit}"
    outcome = "failed" if match.outcome == "failed" else "was quarantined"
    facts = (
        ("Ended", f"{match.finished_at:%Y-%m-%d %H:%M} UTC"),
        ("Outcome", match.outcome),
        ("Why", match.error or "not recorded"),
    )
    return Notice(f"run {match.run_id}", f"{name[:1].upper()}{name[1:]} {outcome}", facts=facts)


def _named(company: Company) -> str:
    return f"{company.display_name} ({company.label})"


def _day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def _as_filed(form: str, accession: str, filed_on: date) -> str:
    """`10-K 0000320193-24-000123 of 1 Nov 2024`."""
    return f"{form} {accession} of {_day(filed_on)}"


def _article(form: str) -> str:
    # As it is spoken: an 8-K, an S-1, an 11-K.
    return "an" if form[0] in "8AEFHILMNORSX" or form.startswith(("11", "18")) else "a"
