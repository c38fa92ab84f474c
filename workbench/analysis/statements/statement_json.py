"""The JSON shape of a statement, one for the command line, the API and notebooks."""

from __future__ import annotations

from typing import Any

from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Company
from workbench.domain.statements.statement import Check, Figure, Statement, StatementLine, StatementPeriod


def statement_document(statement: Statement) -> dict[str, Any]:
    """The statement as plain values: dates in ISO form, figures as decimal text, periods oldest first."""
    return {
        "company": company_document(statement.company),
        "kind": statement.kind.value,
        "period": statement.period.value,
        "as_of": statement.as_of.isoformat() if statement.as_of else None,
        "periods": [period_document(period) for period in statement.periods],
        "lines": [line_document(line) for line in statement.lines],
        "checks": [_check(check) for check in statement.checks],
    }


def company_document(company: Company) -> dict[str, Any]:
    """Whose figures they are."""
    return {
        "ticker": company.ticker.symbol if company.ticker else None,
        "cik": company.cik.number,
        "name": company.name,
    }


def period_document(period: StatementPeriod) -> dict[str, Any]:
    """One column of a statement."""
    return {
        "start": period.start.isoformat() if period.start else None,
        "end": period.end.isoformat(),
        "fiscal_year": period.fiscal_year,
        "fiscal_quarter": period.fiscal_quarter,
        "is_transition": period.is_transition,
        "label": period.label,
    }


def line_document(line: StatementLine) -> dict[str, Any]:
    """One row of a statement."""
    return {
        "line": line.line,
        "label": line.label,
        "level": line.level,
        "is_total": line.is_total,
        "values": [figure_document(figure) for figure in line.figures],
    }


def figure_document(figure: Figure) -> dict[str, Any]:
    """One cell of a statement, with its proof."""
    return {
        "period_end": figure.period_end.isoformat(),
        "value": f"{figure.value:f}" if figure.value is not None else None,
        "unit": figure.unit,
        "status": figure.status.value,
        "reason": figure.reason,
        "formula": figure.formula,
        "adjusted_value": f"{figure.adjusted_value:f}" if figure.adjusted_value is not None else None,
        "adjustment": figure.adjustment,
        "facts": [fact_document(fact) for fact in figure.facts],
    }


def fact_document(fact: SourceFact) -> dict[str, Any]:
    """One fact as plain values."""
    return {
        "concept": fact.concept,
        "accession": fact.accession,
        "filed_on": fact.filed_on.isoformat(),
        "form": fact.form,
        "unit": fact.unit,
        "period_start": fact.period_start.isoformat() if fact.period_start else None,
        "period_end": fact.period_end.isoformat(),
        "value": f"{fact.value:f}",
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "period_end": check.period_end.isoformat(),
        "verdict": check.verdict,
        "detail": check.detail,
    }
