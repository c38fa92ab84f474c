"""The JSON shapes of ratios, restatements and checks, one for the command line, the API and notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from workbench.analysis.statements.statement_json import company_document, fact_document, line_document, period_document
from workbench.domain.facts.restatements import Restatement, RestatementList
from workbench.domain.measures.checks import StatementCheck
from workbench.domain.measures.ratios import RatioTable, ratio_definition


def ratio_document(table: RatioTable) -> dict[str, Any]:
    """Ratios by line, each with its group and definition; figures as in a statement, periods oldest first."""
    return {
        "company": company_document(table.company),
        "industry": table.industry,
        "period": table.period.value,
        "as_of": table.as_of.isoformat() if table.as_of else None,
        "periods": [period_document(period) for period in table.periods],
        "ratios": [
            {
                **{name: value for name, value in line_document(line).items() if name not in ("level", "is_total")},
                "group": ratio_definition(line.line).group,
                "definition": ratio_definition(line.line).formula,
            }
            for line in table.lines
        ],
    }


def restatements_document(found: RestatementList) -> dict[str, Any]:
    """Changed values, newest filing first, with how many there are of each kind in all."""
    return {
        "company": company_document(found.company),
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "counts": {kind.value: count for kind, count in found.counts.items()},
        "restatements": [_restatement(restatement) for restatement in found.restatements],
    }


def _restatement(found: Restatement) -> dict[str, Any]:
    return {
        "kind": found.kind.value,
        "label": found.label,
        "lines": list(found.lines),
        "evidence": found.evidence,
        "difference": f"{found.difference:f}",
        "difference_pct": f"{found.difference_pct:f}" if found.difference_pct is not None else None,
        "before": fact_document(found.before),
        "after": fact_document(found.after),
    }


RESTATEMENT_HEADER = (
    "kind", "concept", "label", "unit", "period_start", "period_end", "value_before", "value_after", "difference",
    "accession_before", "filed_before", "accession_after", "filed_after", "evidence",
)  # fmt: skip


def restatement_rows(found: RestatementList) -> Iterator[tuple[str | None, ...]]:
    """One row a changed value, under `RESTATEMENT_HEADER`."""
    for one in found.restatements:
        before, after = one.before, one.after
        yield (
            one.kind.value, after.concept, one.label, after.unit,
            after.period_start.isoformat() if after.period_start else None, after.period_end.isoformat(),
            f"{before.value:f}", f"{after.value:f}", f"{one.difference:f}",
            before.accession, before.filed_on.isoformat(), after.accession, after.filed_on.isoformat(), one.evidence,
        )  # fmt: skip


def check_documents(found: Iterable[StatementCheck]) -> list[dict[str, Any]]:
    """Kept verdicts, in the order they come."""
    return [
        {
            "company": company_document(each.company),
            "statement": each.kind.value,
            "period": each.period.value,
            "period_label": each.label,
            "period_end": each.check.period_end.isoformat(),
            "name": each.check.name,
            "verdict": each.check.verdict,
            "detail": each.check.detail,
        }
        for each in found
    ]
