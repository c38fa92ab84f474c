"""The figures that a question asks for, above the passages: each with its proof and the places that print it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from workbench.analysis.search.figures_json import explanation, no_figure_text
from workbench.domain.amounts import by_unit
from workbench.domain.measures.provenance import Origin, Provenance
from workbench.domain.statements.statement import Statement, StatementKind
from workbench.pages.frame.amounts import compact, exact
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.search.figures import FigureAnswer, ProvenFigure

_TEMPLATE = "search/figures.html"
_BY_UNIT = ("pct", "ratio", "days")


def figures_asked(answer: FigureAnswer | None, selection: Selection) -> Markup:
    """The figures, or in a line why there are none; nothing for a question that asks for none."""
    if answer is None:
        return Markup("")
    why = no_figure_text(answer.unclear, answer.unclear_text) if answer.unclear else ""
    return fragment(_TEMPLATE, "figures", [_figure(each, selection) for each in answer.figures], why)


def _figure(proven: ProvenFigure, selection: Selection) -> dict[str, Any]:
    asked, proof = proven.asked, proven.proof
    if proof is None or asked.reason is not None or proof.figure.value is None:
        return {"why": explanation(asked)}
    value, unit = proof.figure.value, proof.figure.unit or ""
    return {
        "why": "",
        "company": proof.table.company.display_name,
        "measure": proof.line.label,
        "period": f"{proof.period.label}, to {day(proof.period.end)}",
        "value": f"{by_unit(value, unit)}{' days' if unit == 'days' else ''}" if unit in _BY_UNIT else compact(value, unit),
        "exact": exact(value, unit),
        "href": href("company", _place(proof, selection)),
        "formula": proof.figure.formula or "",
        "facts": [_fact(each, selection) for each in proof.origins],
        "note": explanation(asked).partition(". ")[2],
    }


def _place(proof: Provenance, selection: Selection) -> Selection:
    """The company's page with the proof of the figure open."""
    company = proof.table.company
    return Selection(
        ticker=company.ticker.symbol if company.ticker else str(company.cik),
        as_of=selection.as_of,
        kind=proof.table.kind if isinstance(proof.table, Statement) else StatementKind.INCOME,
        period=proof.table.period,
        figure=f"{proof.line.line}@{proof.figure.period_end.isoformat()}",
    )


def _fact(origin: Origin, selection: Selection) -> dict[str, str]:
    """An operand, with a link to the element that prints it, else to its filing."""
    fact, element = origin.fact, origin.shown
    target = Selection(accession=fact.accession, as_of=selection.as_of)
    if element is not None:
        target = Selection(
            accession=element.accession.text, document=element.document, as_of=selection.as_of,
            start=element.start, end=element.end,
        )  # fmt: skip
    return {
        "concept": fact.concept,
        "amount": exact(fact.value, fact.unit),
        "filed": f"{fact.form} filed {day(fact.filed_on)}",
        "href": href("reader", target),
    }
