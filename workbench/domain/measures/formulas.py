"""Which lines of which statements a ratio is computed from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from workbench.domain.measures.ratios import names_in, ratio_definitions
from workbench.domain.statements.concepts import ConceptMap, read_data
from workbench.domain.statements.statement import StatementKind

_NAME = re.compile(r"[a-z]\w*")


@cache
def statements_of_lines() -> Mapping[str, tuple[StatementKind, ...]]:
    """The statements that have each line, in any industry."""
    results: dict[str, tuple[StatementKind, ...]] = {}
    for kind, lines in ConceptMap.load().lines.items():
        for line in lines:
            results[line["name"]] = tuple(dict.fromkeys((*results.get(line["name"], ()), kind)))
    return results


@cache
def statement_lines_of(name: str) -> tuple[str, ...]:
    """The lines of statements that the formula of a ratio, or of a line that only ratios use, leads to, in their order.

    >>> statement_lines_of("current_ratio")
    ('current_assets', 'current_liabilities')
    """
    ratio = ratio_definitions().get(name)
    if ratio is None and name in statements_of_lines():
        return (name,)
    operands = list(names_in(ratio.expression)) if ratio else _NAME.findall(_own_formulas().get(name, ""))
    return tuple(dict.fromkeys(line for operand in operands for line in statement_lines_of(operand)))


@cache
def _own_formulas() -> Mapping[str, str]:
    return {line["name"]: line.get("formula", "") for line in read_data("ratios")["line"]}
