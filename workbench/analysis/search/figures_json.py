"""The figures that a question asks for, as JSON: one shape for the command line and the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import Schema
from workbench.analysis.company_json import FilerAnswer, filer_answer
from workbench.analysis.statements.provenance_json import ProvenanceAnswer, provenance_document
from workbench.analysis.statements.verification_json import figure_text
from workbench.domain.measures.provenance import Provenance
from workbench.domain.statements.reasons import why_not
from workbench.domain.verification.claim import Unclear
from workbench.domain.verification.figure_answer import AskedFigure
from workbench.domain.verification.judgement import Finding, JudgedFigure


class OtherReadingAnswer(TypedDict, closed=True):
    """Another line or ratio that the name in the question can mean, and its figure for the same period."""

    line: str
    label: str
    value: str
    unit: str | None


class AskedFigureAnswer(TypedDict, closed=True):
    """One figure that the question asks for, with its proof; without a proven figure, the reason.

    `figure` is also given for a figure that is refused: then its `value` is null.
    """

    company: FilerAnswer | None
    measure: Annotated[str, Schema(description="The line or ratio, in the words of the question.")]
    period: Annotated[str, Schema(description="The period, in the words of the question.")]
    reason: Annotated[Finding | Unclear | None, Schema(description="A code for why there is no figure.")]
    explanation: str
    figure: ProvenanceAnswer | None
    others: list[OtherReadingAnswer]


class FiguresAnswer(TypedDict, closed=True):
    """The figures that a question asks for.

    `reason` is a code for why it gets none, although it names a measure and a company.
    """

    figures: list[AskedFigureAnswer]
    reason: Unclear | None
    explanation: str | None


_NO_FIGURE: Mapping[Finding | Unclear | None, str] = {
    Finding.FIGURE_REFUSED: "The figure cannot be proven",
    Finding.NOT_REPORTED: "The company does not report such a figure for this period.",
    Finding.PERIOD_NOT_LOADED: "No figures of this period are loaded.",
    Finding.COMPANY_NOT_LOADED: "No figures of this company are loaded.",
    Finding.PERIOD_IS_YEAR_OR_QUARTER: "A year and a quarter end on that day. Say which is meant.",
    Unclear.WORDS_NOT_UNDERSTOOD: "These words may ask for another figure than those of the statements",
    Unclear.SEVERAL_COMPANIES: "It is open whose figure is meant.",
    Unclear.SEVERAL_MEASURES: "It is open which line or ratio is meant.",
    Unclear.NO_PERIOD: "Name a period, such as fiscal 2024, Q3 2023 or the year ended June 30, 2024.",
    Unclear.SEVERAL_PERIODS: "It is open which period is meant.",
}  # fmt: skip


def figures_answer(
    figures: Iterable[tuple[AskedFigure, Provenance | None]], unclear: Unclear | None = None, unclear_text: str = ""
) -> FiguresAnswer:
    """The figures with their proofs, in order; without figures the reason."""
    return {
        "figures": [_figure(asked, proof) for asked, proof in figures],
        "reason": unclear,
        "explanation": no_figure_text(unclear, unclear_text) if unclear else None,
    }


def no_figure_text(unclear: Unclear, unclear_text: str = "") -> str:
    """Why a question gets no figure, in a sentence."""
    text = _NO_FIGURE[unclear]
    return f"{text}: {unclear_text}." if unclear_text else text


def explanation(asked: AskedFigure) -> str:
    """A figure in a sentence, or why there is none; and how its words were read."""
    judged, claim = asked.figure, asked.claim
    if asked.reason is not None:
        why = judged.figure.reason if judged else None
        known = asked.reason is Finding.FIGURE_REFUSED and why
        text = f"{_NO_FIGURE[asked.reason]}: {why_not(why or '')}." if known else _NO_FIGURE[asked.reason]
        return f"{_subject(asked)}: {text[0].lower()}{text[1:]}" if _subject(asked) else text
    text = f"{_subject(asked)}: {figure_text(judged.figure.value, judged.figure.unit)}." if judged else ""
    if claim.period is not None and claim.period.is_bare:
        text += f" {claim.period.fiscal_year} was read as the fiscal year."
    if asked.others:
        read = "; ".join(f"{each.line.label} {figure_text(each.figure.value, each.figure.unit)}" for each in asked.others)
        text += f" “{claim.measure.text if claim.measure else ''}” can also mean: {read}."
    return text


def _subject(asked: AskedFigure) -> str:
    judged, claim = asked.figure, asked.claim
    if judged is None:
        name = claim.company.name if claim.company else claim.text
        return ", ".join(each for each in (name, claim.measure.text if claim.measure else "", _period_text(asked)) if each)
    return f"{judged.table.company.name}, {judged.line.label}, {judged.column.label} (to {judged.column.end})"


def _period_text(asked: AskedFigure) -> str:
    return asked.claim.period.text if asked.claim.period else ""


def _figure(asked: AskedFigure, proof: Provenance | None) -> AskedFigureAnswer:
    claim = asked.claim
    return {
        "company": filer_answer(claim.company) if claim.company else None,
        "measure": claim.measure.text if claim.measure else "",
        "period": _period_text(asked),
        "reason": asked.reason,
        "explanation": explanation(asked),
        "figure": provenance_document(proof) if proof else None,
        "others": [_other(each) for each in asked.others],
    }


def _other(judged: JudgedFigure) -> OtherReadingAnswer:
    value = judged.figure.value
    return {
        "line": judged.line.line, "label": judged.line.label, "value": f"{value:f}" if value is not None else "",
        "unit": judged.figure.unit,
    }  # fmt: skip
