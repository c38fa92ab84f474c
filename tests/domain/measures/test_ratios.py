"""The definitions of ratios, and what a formula may say."""

from __future__ import annotations

import ast

import pytest

from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.known import FactTable
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.ratios import all_figures, names_in, ratio_definition, ratio_definitions
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import StatementKind


def test_formulas_use_lines_and_earlier_ratios_only() -> None:
    lines = {line["name"] for kind in StatementKind for line in ConceptMap.load().lines[kind]}
    lines |= {line.name for line in all_figures(Company(Cik(1), "None"), FactTable([], {}, {})).template.lines}
    known = set(lines)
    for ratio in ratio_definitions().values():
        assert set(names_in(ratio.expression)) <= known, ratio.name
        known.add(ratio.name)


def test_averages_are_of_balances() -> None:
    lines = {line.name: line for line in all_figures(Company(Cik(1), "None"), FactTable([], {}, {})).template.lines}
    for ratio in ratio_definitions().values():
        for call in (node for node in ast.walk(ratio.expression) if isinstance(node, ast.Call)):
            assert isinstance(call.func, ast.Name)
            assert call.func.id in {"average", "prior"}, ratio.name
            if call.func.id == "average":
                assert [lines[name].balance.value for name in names_in(call.args[0])] == ["instant"], ratio.name


def test_labels_are_told_apart() -> None:
    labels = [ratio.label for ratio in ratio_definitions().values()]
    assert len(labels) == len(set(labels)) >= 40


def test_an_unknown_ratio_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        ratio_definition("margin_of_error")
