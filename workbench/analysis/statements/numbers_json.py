"""Ratios, restatements and checks as JSON: one shape for the command line, the API and notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, Page, PageFields, keys_of
from workbench.analysis.company_json import FilerAnswer, filer_answer
from workbench.analysis.statements.statement_json import (
    FactAnswer,
    FigureAnswer,
    FilingsFrom,
    IsKnown,
    PeriodAnswer,
    StaleReason,
    fact_document,
    figure_document,
    period_document,
)
from workbench.domain.facts.restated_concepts import RestatedConcept, RestatementList
from workbench.domain.facts.restatements import Change, Restatement
from workbench.domain.identity import Company
from workbench.domain.measures.checks import StatementCheck
from workbench.domain.measures.ratios import RatioTable, ratio_definition
from workbench.domain.statements.statement import PeriodKind, StatementKind, StatementLine


class RatioAnswer(TypedDict, closed=True):
    """One ratio, with a figure for each period. Units: pct (0 to 100), ratio, days, a currency, or currency/shares."""

    line: str
    label: str
    values: list[FigureAnswer]
    group: str
    definition: str


class RatiosAnswer(TypedDict, closed=True):
    """A company's ratios: those that its industry and the kind of period allow. Periods run from oldest to newest."""

    company: FilerAnswer
    industry: str
    period: PeriodKind
    as_of: IsoDate | None
    is_known: IsKnown
    filings_from: FilingsFrom
    periods: list[PeriodAnswer]
    stale_reason: StaleReason
    ratios: list[RatioAnswer]


class ChangeAnswer(TypedDict, closed=True):
    """A changed period: `before` as last filed, `after` as first restated, `evidence` for its kind."""

    kind: Change
    evidence: str
    difference: str
    difference_pct: str | None
    before: FactAnswer
    after: FactAnswer


class RestatingFiling(TypedDict, closed=True):
    """The filing that changed the values."""

    accession: str
    form: str
    filed_on: IsoDate


class _RestatedFields(TypedDict):
    kind: Change
    concept: str
    unit: str
    label: str
    lines: list[str]
    filing: RestatingFiling
    changes: list[ChangeAnswer]


class RestatementAnswer(_RestatedFields, closed=True):
    """A concept that one filing changed, with each changed period, newest first; `kind` is the one that matters most.

    `lines` are the statement lines that the concept can belong to; none for a figure of a note.
    """


class CompanyRestatementAnswer(_RestatedFields, closed=True):
    """A concept that one filing of `company` changed, as in the list of one company."""

    company: FilerAnswer


class LatestRestatementsPage(PageFields, closed=True):
    """What filings of all companies changed, the newest filing first."""

    restatements: list[CompanyRestatementAnswer]


class _RestatementFields(TypedDict):
    company: FilerAnswer
    as_of: IsoDate | None
    is_known: bool
    filings_from: IsoDate | None
    counts: Annotated[dict[str, int], keys_of(Change)]
    restatements: list[RestatementAnswer]


class RestatementsAnswer(_RestatementFields, closed=True):
    """What filings changed: restatements first, rounding last, of each kind the newest filing first.

    `counts` counts all of each kind. `is_known` is false where `as_of` is before `filings_from`, the day of the first filing
    whose figures are loaded.
    """


class RestatementPage(_RestatementFields, PageFields, closed=True):
    """Part of what filings changed: restatements first, rounding last, of each kind the newest filing first.

    `counts` counts all of each kind. `is_known` is false where `as_of` is before `filings_from`, the day of the first filing
    whose figures are loaded.
    """


class StatementCheckAnswer(TypedDict, closed=True):
    """The result of a check of one statement and period: `passed`, `failed`, or `not_applicable` if it cannot be checked."""

    company: FilerAnswer
    statement: StatementKind
    period: PeriodKind
    period_label: str
    period_end: IsoDate
    name: str
    result: str
    detail: str


class CheckPage(PageFields, closed=True):
    """Check results, newest period first."""

    checks: list[StatementCheckAnswer]


def ratio_document(table: RatioTable) -> RatiosAnswer:
    """Ratios by line, each with its group and definition; figures as in a statement, periods oldest first."""
    return {
        "company": filer_answer(table.company),
        "industry": table.industry,
        "period": table.period,
        "as_of": table.as_of.isoformat() if table.as_of else None,
        "is_known": table.is_known,
        "filings_from": table.filings_from.isoformat() if table.filings_from else None,
        "periods": [period_document(period) for period in table.periods],
        "stale_reason": table.stale_reason,
        "ratios": [_ratio(line) for line in table.lines],
    }


def _ratio(line: StatementLine) -> RatioAnswer:
    definition = ratio_definition(line.line)
    return {
        "line": line.line,
        "label": line.label,
        "values": [figure_document(figure) for figure in line.figures],
        "group": definition.group,
        "definition": definition.formula,
    }


def restatement_page(restatement_list: RestatementList, page: Page) -> RestatementPage:
    """Part of what filings changed, what matters most first, with the number of each kind in all."""
    return {**restatements_document(restatement_list), **page}


def latest_restatements_page(entries: Iterable[tuple[Company, RestatedConcept]], page: Page) -> LatestRestatementsPage:
    """Part of what filings of all companies changed, in the order given."""
    rows: list[CompanyRestatementAnswer] = [
        {"company": filer_answer(company), **_restatement(entry)} for company, entry in entries
    ]
    return {"restatements": rows, **page}


def restatements_document(restatement_list: RestatementList) -> RestatementsAnswer:
    """What filings changed, what matters most first, with the number of each kind in all."""
    return {
        "company": filer_answer(restatement_list.company),
        "as_of": restatement_list.as_of.isoformat() if restatement_list.as_of else None,
        "is_known": restatement_list.is_known,
        "filings_from": restatement_list.filings_from.isoformat() if restatement_list.filings_from else None,
        "counts": {kind.value: count for kind, count in restatement_list.counts.items()},
        "restatements": [_restatement(entry) for entry in restatement_list.restated],
    }


def _restatement(entry: RestatedConcept) -> RestatementAnswer:
    after = entry.foremost.after
    return {
        "kind": entry.kind,
        "concept": after.concept,
        "unit": after.unit,
        "label": entry.label,
        "lines": list(entry.lines),
        "filing": {"accession": after.accession, "form": after.form, "filed_on": after.filed_on.isoformat()},
        "changes": [_change(change) for change in entry.changes],
    }


def _change(one: Restatement) -> ChangeAnswer:
    return {
        "kind": one.kind,
        "evidence": one.evidence,
        "difference": f"{one.difference:f}",
        "difference_pct": f"{one.difference_pct:f}" if one.difference_pct is not None else None,
        "before": fact_document(one.before),
        "after": fact_document(one.after),
    }


RESTATEMENT_HEADER = (
    "kind", "concept", "label", "unit", "period_start", "period_end", "value_before", "value_after", "difference",
    "accession_before", "filed_before", "accession_after", "filed_after", "evidence",
)  # fmt: skip


def restatement_rows(restatement_list: RestatementList) -> Iterator[tuple[str | None, ...]]:
    """One row a changed period, under `RESTATEMENT_HEADER`."""
    for one in restatement_list.changes:
        before, after = one.before, one.after
        yield (
            one.kind.value, after.concept, one.label, after.unit,
            after.period_start.isoformat() if after.period_start else None, after.period_end.isoformat(),
            f"{before.value:f}", f"{after.value:f}", f"{one.difference:f}",
            before.accession, before.filed_on.isoformat(), after.accession, after.filed_on.isoformat(), one.evidence,
        )  # fmt: skip


def check_page(statement_checks: Iterable[StatementCheck], page: Page) -> CheckPage:
    """Part of the check results, in the order given."""
    return {"checks": check_documents(statement_checks), **page}


def check_documents(statement_checks: Iterable[StatementCheck]) -> list[StatementCheckAnswer]:
    """Check results, in the order given."""
    return [
        {
            "company": filer_answer(each.company),
            "statement": each.kind,
            "period": each.period,
            "period_label": each.label,
            "period_end": each.check.period_end.isoformat(),
            "name": each.check.name,
            "result": each.check.result,
            "detail": each.check.detail,
        }
        for each in statement_checks
    ]


CHECK_HEADER = ("ticker", "cik", "statement", "period", "period_label", "period_end", "name", "result", "detail")


def check_rows(statement_checks: Iterable[StatementCheck]) -> Iterator[tuple[str | int | None, ...]]:
    """One row a check result, under `CHECK_HEADER`."""
    for each in check_documents(statement_checks):
        filer = each["company"]
        yield (
            filer["ticker"], filer["cik"], each["statement"], each["period"], each["period_label"], each["period_end"],
            each["name"], each["result"], each["detail"],
        )  # fmt: skip
