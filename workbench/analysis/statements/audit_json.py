"""The audit of statements as JSON and rows: one shape for the command line, the API and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, Page, PageFields, Schema
from workbench.analysis.company_json import FilerAnswer, filer_answer
from workbench.analysis.statements.statement_json import FigureAnswer, figure_document
from workbench.domain.measures.audit import AUDIT_NAMES, AuditBreak, AuditOutcome, CompanyAudit
from workbench.domain.statements.statement import PeriodKind, StatementKind


class IdentityCountAnswer(TypedDict, closed=True):
    """How often an identity had each outcome over the columns of a company's statements.

    `checked` is the sum of those that hold and those that are broken. A break is marked where a failed check shows it.
    """

    name: str
    checked: int
    holds: int
    broken_marked: int
    broken_unmarked: int
    refused: Annotated[int, Schema(description="A figure was filed and could not be verified.")]
    not_checked: Annotated[int, Schema(description="A figure is not reported, or is computed from the others.")]
    not_applicable: int


class ComparedFigureAnswer(TypedDict, closed=True):
    """One of the figures that an identity compares."""

    line: str
    label: str
    figure: FigureAnswer


class AuditBreakAnswer(TypedDict, closed=True):
    """A broken identity with the figures compared; `difference` is null for sums of segments."""

    name: str
    statement: StatementKind
    period: PeriodKind
    period_label: str
    period_end: IsoDate
    is_marked: bool
    difference: str | None
    figures: list[ComparedFigureAnswer]


class CompanyAuditAnswer(TypedDict, closed=True):
    """The audit of one company; breaks are newest first.

    `figures_checked` of the `figures_shown` stand in an identity that was checked and holds.
    """

    company: FilerAnswer
    columns: int
    figures_shown: int
    figures_checked: int
    identities: list[IdentityCountAnswer]
    breaks: list[AuditBreakAnswer]


class AuditPage(PageFields, closed=True):
    """Part of the audits, a company each."""

    audits: list[CompanyAuditAnswer]


class AuditsAnswer(TypedDict, closed=True):
    """Audits, a company each."""

    audits: list[CompanyAuditAnswer]


def audit_page(company_audits: Iterable[CompanyAudit], page: Page) -> AuditPage:
    """Part of the audits, in the order given."""
    return {"audits": [_audit(each) for each in company_audits], **page}


def audits_document(company_audits: Iterable[CompanyAudit]) -> AuditsAnswer:
    """Audits, in the order given."""
    return {"audits": [_audit(each) for each in company_audits]}


def _audit(company_audit: CompanyAudit) -> CompanyAuditAnswer:
    return {
        "company": filer_answer(company_audit.company),
        "columns": company_audit.columns,
        "figures_shown": company_audit.figures_shown,
        "figures_checked": company_audit.figures_checked,
        "identities": identity_counts([company_audit]),
        "breaks": [_break(each) for each in company_audit.breaks],
    }


def identity_counts(company_audits: Sequence[CompanyAudit]) -> list[IdentityCountAnswer]:
    """The outcomes of each identity over all these companies, in the order of the audit."""
    counts = []
    for name in AUDIT_NAMES:
        of = {outcome: sum(each.counts[name][outcome] for each in company_audits) for outcome in AuditOutcome}
        holds, marked, unmarked = (of[AuditOutcome(name)] for name in ("holds", "broken_marked", "broken_unmarked"))
        counts.append(
            IdentityCountAnswer(
                name=name,
                checked=holds + marked + unmarked,
                holds=holds,
                broken_marked=marked,
                broken_unmarked=unmarked,
                refused=of[AuditOutcome.REFUSED],
                not_checked=of[AuditOutcome.NOT_CHECKED],
                not_applicable=of[AuditOutcome.NOT_APPLICABLE],
            )
        )
    return counts


def _break(audit_break: AuditBreak) -> AuditBreakAnswer:
    return {
        "name": audit_break.name,
        "statement": audit_break.kind,
        "period": audit_break.period,
        "period_label": audit_break.label,
        "period_end": audit_break.period_end.isoformat(),
        "is_marked": audit_break.is_marked,
        "difference": None if audit_break.difference is None else f"{audit_break.difference:f}",
        "figures": [
            {"line": line, "label": label, "figure": figure_document(figure)} for line, label, figure in audit_break.figures
        ],
    }


AUDIT_HEADER = (
    "ticker", "cik", "name", "checked", "holds", "broken_marked", "broken_unmarked", "refused", "not_checked",
    "not_applicable",
)  # fmt: skip


def audit_rows(company_audits: Iterable[CompanyAudit]) -> Iterator[tuple[str | int | None, ...]]:
    """One row a company and identity, under `AUDIT_HEADER`."""
    for audit in audits_document(company_audits)["audits"]:
        filer = audit["company"]
        for each in audit["identities"]:
            yield (
                filer["ticker"], filer["cik"], each["name"], each["checked"], each["holds"], each["broken_marked"],
                each["broken_unmarked"], each["refused"], each["not_checked"], each["not_applicable"],
            )  # fmt: skip
