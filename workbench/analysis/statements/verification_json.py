"""Verified claims as JSON: one shape for the command line, the API and the MCP tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, Schema
from workbench.analysis.company_json import FilerAnswer, filer_answer
from workbench.analysis.statements.provenance_json import ProvenanceAnswer, provenance_document
from workbench.domain.measures.provenance import Provenance
from workbench.domain.statements.reasons import why_not
from workbench.domain.verification.claim import Role, Unclear
from workbench.domain.verification.judgement import Finding, Judgement, Outcome
from workbench.domain.verification.stated_values import ABOUT_SHARE, Bound, ValueUnit


class ClaimAnswer(TypedDict, closed=True):
    """One figure that the sentence claims, with its outcome and the figure by which it was judged, down to its element."""

    text: Annotated[str, Schema(description="The part of the sentence that makes the claim.")]
    outcome: Outcome
    reason: Annotated[Finding | Unclear, Schema(description="A code for the outcome.")]
    explanation: str
    company: FilerAnswer | None
    stated: Annotated[str | None, Schema(description="The number as the sentence states it.")]
    stated_value: Annotated[str | None, Schema(description="The same as a decimal number in full units.")]
    actual_value: Annotated[str | None, Schema(description="What the number is: the figure, or its change.")]
    figure: ProvenanceAnswer | None
    earlier: Annotated[ProvenanceAnswer | None, Schema(description="The figure that a change starts from.")]


class VerificationAnswer(TypedDict, closed=True):
    """A sentence with an outcome for each figure that it claims.

    `outcome` is contradicted if one claim is, supported if all are, otherwise ambiguous or not_loaded. `not_judged` are words
    that give a reason, which figures cannot prove.
    """

    sentence: str
    as_of: IsoDate | None
    outcome: Outcome
    claims: list[ClaimAnswer]
    not_judged: str | None


_GENERAL: Mapping[Finding | Unclear, str] = {
    Finding.FIGURE_AGREES: "The figure agrees.",
    Finding.FIGURE_DIFFERS: "The figure is another one.",
    Finding.SIGN_DIFFERS: "The figure has the other sign.",
    Finding.SCALE_DIFFERS: "The figure has the same digits in another scale, such as millions for billions.",
    Finding.DIRECTION_DIFFERS: "The figure moved in the other direction.",
    Finding.AGREES_FOR_OTHER_MEASURE: "The number is that of another measure that the words can mean.",
    Finding.AGREES_FOR_OTHER_YEAR: "The number is that of another fiscal year which lies in the same calendar year. "
    "Write `fiscal` and the year.",
    Finding.PERIOD_IS_YEAR_OR_QUARTER: "A year and a quarter end on that day. Say which is meant.",
    Finding.SIGN_UNCLEAR: "A number in brackets can be negative or an aside.",
    Finding.UNIT_DOES_NOT_FIT: "The unit of the number does not fit the measure, or is not stated.",
    Finding.CURRENCY_DIFFERS: "The company reports in another currency.",
    Finding.EARLIER_PERIOD_MISSING: "There is no figure of the period before.",
    Finding.CHANGE_NOT_MEANINGFUL: "A percentage change from zero or a loss is not meaningful.",
    Finding.FIGURE_REFUSED: "The figure cannot be proven",
    Finding.NOT_REPORTED: "The company does not report such a figure for this period.",
    Finding.PERIOD_NOT_LOADED: "No figures of this period are loaded.",
    Finding.COMPANY_NOT_LOADED: "No loaded company has the name",
    Unclear.WORDS_NOT_UNDERSTOOD: "These words are not understood, and may change what is claimed",
    Unclear.NO_COMPANY: "The company is missing.",
    Unclear.SEVERAL_COMPANIES: "It is open which company is meant.",
    Unclear.NO_MEASURE: "The line or ratio is missing. Labels of the statements and their common names are known.",
    Unclear.SEVERAL_MEASURES: "It is open which line or ratio is meant.",
    Unclear.NO_PERIOD: "The period is missing. Write it as in fiscal 2024, Q3 2023 or the year ended June 30, 2024.",
    Unclear.SEVERAL_PERIODS: "It is open which period is meant.",
    Unclear.NO_VALUE: "The sentence states no number to judge.",
    Unclear.ROLE_UNCLEAR: "It is open whether the number is a figure or its change.",
}


def overall(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome for a sentence: the first of contradicted, ambiguous and not_loaded that a claim has, else supported."""
    order = (Outcome.CONTRADICTED, Outcome.AMBIGUOUS, Outcome.NOT_LOADED, Outcome.SUPPORTED)
    return min(outcomes, key=order.index, default=Outcome.AMBIGUOUS)


def verification_answer(
    sentence: str, as_of: IsoDate | None, claims: Iterable[ClaimAnswer], not_judged: str = ""
) -> VerificationAnswer:
    """A sentence with its judged claims, in order."""
    judged = list(claims)
    outcome = overall(each["outcome"] for each in judged)
    return {"sentence": sentence, "as_of": as_of, "outcome": outcome, "claims": judged, "not_judged": not_judged or None}


def claim_answer(judgement: Judgement, figure: Provenance | None, earlier: Provenance | None) -> ClaimAnswer:
    """A judged claim with the proofs of its figures."""
    claim, value = judgement.claim, judgement.claim.value
    return {
        "text": claim.text,
        "outcome": judgement.outcome,
        "reason": judgement.reason,
        "explanation": _explanation(judgement),
        "company": filer_answer(claim.company) if claim.company else None,
        "stated": value.text if value else None,
        "stated_value": _plain(value.number) if value else None,
        "actual_value": _plain(judgement.actual) if judgement.actual is not None else None,
        "figure": provenance_document(figure) if figure else None,
        "earlier": provenance_document(earlier) if earlier else None,
    }


def _explanation(judgement: Judgement) -> str:
    claim, judged = judgement.claim, judgement.figure
    text = _GENERAL[judgement.reason]
    unclear = {Unclear.WORDS_NOT_UNDERSTOOD, Finding.COMPANY_NOT_LOADED}
    if judgement.reason in unclear:
        text = f"{text}: {claim.unclear_text}."
    if judged is not None and judged.figure.value is None:
        text = f"{text.rstrip('.')}: {why_not(judged.figure.reason or '')}." if judged.figure.reason else text
    if judged is not None:
        names = f"{judged.table.company.name}, {judged.line.label}, {judged.column.label} (to {judged.column.end})"
        text = f"{names}: {figure_text(judged.figure.value, judged.figure.unit)}. {text}"
    if claim.role is Role.CHANGE and judgement.actual is not None and claim.value is not None:
        unit = " %" if claim.value.unit is ValueUnit.PERCENT else " points" if claim.value.unit is ValueUnit.POINTS else ""
        text += f" The change is {judgement.actual:+,.2f}{unit}."
    is_about = claim.value is not None and claim.value.bound in (Bound.ABOUT, Bound.NEARLY)
    if is_about and judgement.outcome is Outcome.SUPPORTED:
        text += f" It says {claim.value.bound if claim.value else ''}: accepted within {_plain(ABOUT_SHARE * 100)} %."
    if claim.period is not None and claim.period.is_bare:
        text += f" {claim.period.fiscal_year} was read as the fiscal year."
    return text


def figure_text(value: Decimal | None, unit: str | None) -> str:
    """A figure for a sentence: money and shares in millions, per cent with its sign, in full where it is small."""
    if value is None:
        return "no value"
    if unit == "pct":
        return f"{value:,.2f} %"
    if unit is None or unit in ("ratio", "days", "pure") or "/" in unit:
        named = {None: "", "ratio": "", "pure": ""}.get(unit, f" {unit}")
        return f"{value:,.2f}{named.replace('/shares', ' a share')}"
    if abs(value) < 10**6:
        return f"{value:,f} {unit}"
    return f"{value / 10**6:,.1f} million {unit}".replace(".0 million", " million")


def _plain(number: Decimal) -> str:
    """A decimal number without an exponent and without zeros at its end."""
    return f"{number.normalize():f}"
