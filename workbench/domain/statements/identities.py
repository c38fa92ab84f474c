"""Identities among the figures of one column: whether they hold on the very values that are shown.

The identities are data, in `concept_map/identities.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.concepts import Operand, parse_formula, read_data
from workbench.domain.statements.statement import Figure, StatementKind

AnyFigure = Figure | ComputedFigure
# The figures of one column, by line; a line that the statement does not have is missing.
Column = Mapping[str, AnyFigure]


class Outcome(StrEnum):
    """What became of an identity in one column.

    NOT_CHECKED: an operand is not reported, or is itself computed from the others. REFUSED: an operand was reported and could
    not be proven. NOT_APPLICABLE: the company has no such lines in any period shown.
    """

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_CHECKED = "not_checked"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"


class Form(NamedTuple):
    """One layout of an identity: a line and the terms whose sum it is. Terms that are conditions must be zero or missing."""

    line: str
    terms: tuple[Operand, ...]


class Identity(NamedTuple):
    """An identity of one statement. If it `is_open`, further lines may stand between these, and only success counts.

    Figures of which only some have a concept with the word `scope` are of different scope: they can fail without being wrong.
    """

    name: str
    kind: StatementKind
    forms: tuple[Form, ...]
    is_open: bool
    scope: str = ""

    @property
    def lines(self) -> frozenset[str]:
        """Every line that one of the forms names."""
        return frozenset(line for form in self.forms for line in (form.line, *(term.line for term in form.terms)))


class Result(NamedTuple):
    """The outcome of an identity in one column.

    `lines` were compared, and are `difference` apart; `missing` are the lines whose figures it lacked.
    """

    outcome: Outcome
    lines: tuple[str, ...] = ()
    difference: Decimal = Decimal(0)
    missing: tuple[str, ...] = ()


# The word that all concepts of cash with restricted cash have.
RESTRICTED_CASH = "RestrictedCash"

# Every identity, in the order of its data.
IDENTITY_NAMES: tuple[str, ...] = tuple(entry["name"] for entry in read_data("identities")["identity"])


@cache
def identities(kind: StatementKind) -> tuple[Identity, ...]:
    """The identities of a statement, in the order of their data. Those whose lines an industry lacks do not apply to it."""
    return tuple(
        Identity(
            entry["name"],
            kind,
            tuple(_form(text) for text in entry["forms"]),
            entry.get("open", False),
            entry.get("scope", ""),
        )
        for entry in read_data("identities")["identity"]
        if entry["statement"] == kind
    )


def _form(text: str) -> Form:
    line, _, terms = text.partition(" = ")
    return Form(line, parse_formula(terms))


def evaluate(identity: Identity, column: Column) -> Result:
    """The outcome of an identity in one column: it holds if one of its forms does, else the outcome is that of the first."""
    results = [_evaluate_form(form, column) for form in identity.forms]
    known = [result for result in results if result is not None]
    if not known:
        return Result(Outcome.NOT_APPLICABLE)
    holding = next((result for result in known if result.outcome is Outcome.HOLDS), None)
    if holding is not None:
        return holding
    first = results[0]
    if first is None or (
        first.outcome is Outcome.BROKEN and (identity.is_open or _is_mixed(identity.scope, first.lines, column))
    ):
        return Result(Outcome.NOT_CHECKED, missing=first.missing if first else ())
    return first


def _is_mixed(scope: str, lines: Sequence[str], column: Column) -> bool:
    """Whether some of these figures are of a scope and some are not."""
    return bool(scope) and len({any(scope in fact.concept for fact in column[line].facts) for line in lines}) > 1


def _evaluate_form(form: Form, column: Column) -> Result | None:
    """The outcome of one form; None if it does not apply to this column."""
    whole = column.get(form.line)
    terms = [(term, column.get(term.line)) for term in form.terms if not term.is_condition]
    conditions = [column.get(term.line) for term in form.terms if term.is_condition]
    if whole is None or any(figure is None for term, figure in terms if not term.is_optional):
        return None
    if any(figure is not None and figure.value for figure in conditions):
        return None
    used = [(term, figure) for term, figure in terms if figure is not None and not _is_absent(term, figure)]
    figures = [whole, *(figure for _, figure in used)]
    lines = (form.line, *(term.line for term, _ in used))
    missing = [(line, figure) for line, figure in zip(lines, figures, strict=True) if figure.value is None]
    if missing:
        is_known = any(figure.reason not in _UNREPORTED for _, figure in missing)
        return Result(Outcome.REFUSED if is_known else Outcome.NOT_CHECKED, missing=tuple(line for line, _ in missing))
    if any(operands_of(figure) & set(lines) for figure in figures):
        return Result(Outcome.NOT_CHECKED, lines)
    values = [figure.value for figure in figures if figure.value is not None]
    total = sum((term.sign * figure.value for term, figure in used if figure.value is not None), Decimal(0))
    difference = values[0] - total
    facts = sum(max(1, len(figure.facts)) for figure in figures)
    holds = abs(difference) <= rounding(facts, *values)
    return Result(Outcome.HOLDS if holds else Outcome.BROKEN, lines, difference)


# The figure of a formula over lines that were not reported was not reported either.
_UNREPORTED = (Refusal.NOT_REPORTED, Refusal.OPERAND_MISSING)


def _is_absent(term: Operand, figure: AnyFigure) -> bool:
    return term.is_optional and figure.value is None and figure.reason == Refusal.NOT_REPORTED


_BRACKETED = re.compile(r"\[[^\[\]]*\]")


def operands_of(figure: AnyFigure) -> set[str]:
    """The lines from which a figure is computed, without the formulas of those in turn."""
    words = figure.formula or ""
    while words != (words := _BRACKETED.sub("", words)):
        pass
    return set(words.split()) - {"+", "-"}


# Companies round to a million, a hundred thousand or a thousand. Figures that all share one of these digits are rounded to it.
# Of others, a rounding unit is at most this share of the largest figure: figures rounder than this are round by chance.
_ROUNDED_TO, _ROUNDING_RATIO = (6, 5, 3), Decimal("0.0025")


def rounding(terms: int, *values: Decimal) -> Decimal:
    """The largest rounding error of a sum with this many terms: half of the last digit of the roundest figure for each.

    The roundest figure counts, since one filing may give thousands and a later one the same figures in millions.
    """
    exponents = [min(_ROUNDED_TO[0], _exponent(value)) for value in values if value]
    largest = max((abs(value) for value in values), default=Decimal(0))
    units = [unit for each in exponents if (unit := Decimal(1).scaleb(each)) <= largest * _ROUNDING_RATIO]
    units += [Decimal(1).scaleb(each) for each in _ROUNDED_TO if exponents and each <= min(exponents)]
    return terms * Decimal("0.5") * max(units, default=Decimal(0))


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
