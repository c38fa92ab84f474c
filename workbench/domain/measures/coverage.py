"""How many of a statement's figures stand in an identity that was checked and holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from workbench.domain.statements.identities import operands_of
from workbench.domain.statements.statement import Figure, Statement


class CheckedFigures(NamedTuple):
    """The number of figures with a value, and how many of them stand in an identity that was checked and holds."""

    shown: int
    checked: int


def checked_figures(statement: Statement) -> CheckedFigures:
    """Counts over all columns; checks that compare no lines with each other (signs, scales, sums of quarters) prove none.

    A figure that repeats a checked line, or that a checked line repeats, is checked with it.
    """
    passed: defaultdict[date, set[str]] = defaultdict(set)
    failed: defaultdict[date, set[str]] = defaultdict(set)
    for check in statement.checks:
        if check.result in ("passed", "failed"):
            (passed if check.result == "passed" else failed)[check.period_end].update(check.lines)
    shown = checked = 0
    for place, period in enumerate(statement.periods):
        column = {line.line: line.figures[place] for line in statement.lines if line.figures[place].value is not None}
        held = passed[period.end] - failed[period.end]
        held |= {name for name, figure in column.items() if _repeats(figure, held)}
        held |= {name for line in held & column.keys() for name in _repeated(column[line]) if name in column}
        shown += len(column)
        checked += len(held & column.keys())
    return CheckedFigures(shown, checked)


def _repeats(figure: Figure, lines: Collection[str]) -> bool:
    return any(name in lines for name in _repeated(figure))


def _repeated(figure: Figure) -> tuple[str, ...]:
    """The one line that a figure repeats, if it is computed from one line alone."""
    names = operands_of(figure)
    return tuple(names) if len(names) == 1 and not (figure.formula or "").startswith("-") else ()
