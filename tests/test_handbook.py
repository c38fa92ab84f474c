"""The handbook says what the code has: every line, ratio, measure, score, status, column and method.

`WORKBENCH_TEST_UPDATE=1 pytest tests/test_handbook.py` writes the tables and the chapter of methods anew.
"""

from __future__ import annotations

import importlib
import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from workbench.domain.alerts.notices import NoticeState
from workbench.domain.alerts.rules import AlertKind
from workbench.domain.facts.restatements import Change
from workbench.domain.filings.changes import ChangeKind
from workbench.domain.filings.filing import SectionStatus
from workbench.domain.measures.audit import AuditOutcome
from workbench.domain.measures.figure_history import FigureChange
from workbench.domain.measures.provenance import NoElement
from workbench.domain.measures.ratios import RatioDefinition, ratio_definitions
from workbench.domain.measures.valuation import multiples
from workbench.domain.operations.lake_dictionary import meaning
from workbench.domain.operations.report_deliveries import DeliveryState
from workbench.domain.operations.reports import RunStatus, Why
from workbench.domain.operations.runs import Outcome as IngestOutcome
from workbench.domain.operations.tasks import TaskStatus
from workbench.domain.rights.roles import ABOUT_PERMISSIONS, ABOUT_ROLES
from workbench.domain.scores.definitions import scores
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.reasons import CHECKS, FAULTS, REASONS
from workbench.domain.statements.statement import StatementKind, Status
from workbench.domain.verification.judgement import Outcome as ClaimOutcome
from workbench.ingest.operations.lake import lake_columns
from workbench.pages.frame.labels import KIND_LABELS
from workbench.runtime import Workbench

DOCS = Path(__file__).parents[1] / "docs"
HANDBOOK = DOCS / "handbook"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _ratios(listed: Iterable[RatioDefinition]) -> str:
    rows = ((each.label, f"`{each.name}`", each.unit.value, f"`{each.formula}`") for each in listed)
    return _table(("ratio", "name", "unit", "formula"), rows)


def _lines(kind: StatementKind) -> str:
    rows = (
        (
            line["label"], f"`{line['name']}`", line.get("kind", "money"),
            f"`{line['formula']}`" if "formula" in line else "as filed", ", ".join(line.get("industries", ("all",))),
        )
        for line in ConceptMap.load().lines[kind]
    )  # fmt: skip
    return _table(("line", "name", "unit", "formula if no tag was filed", "industries"), rows)


def _scores() -> str:
    rows = ((each.label, f"`{each.name}`", f"`{each.formula}`", each.reading, each.source) for each in scores().values())
    return _table(("score", "name", "formula", "reading", "study"), rows)


def _score_parts() -> str:
    rows = (
        (
            score.label,
            f"`{part.ratio.name}`",
            f"`{part.ratio.formula}`",
            part.test.value if part.test else f"times {part.weight}",
        )
        for score in scores().values()
        for part in score.parts
    )
    return _table(("score", "part", "formula", "counts if, or weight"), rows)


def _figures() -> Mapping[str, str]:
    return {
        **{KIND_LABELS[kind]: _lines(kind) for kind in StatementKind},
        "Ratios": _ratios(ratio_definitions().values()),
        "Valuation": _ratios(each.ratio for each in multiples().values()),
        "Scores": _scores(),
        "Parts of the scores": _score_parts(),
    }


def _statuses() -> Mapping[str, str]:
    return {
        "Reasons for a refused figure": _table(("code", "meaning"), ((f"`{code}`", text) for code, text in REASONS.items())),
        "Checks of statements": _table(
            ("check", "it holds", "it fails"), ((f"`{name}`", text, FAULTS[name]) for name, text in CHECKS.items())
        ),
        "Roles": _table(("role", "what for"), ((f"`{role.value}`", text) for role, text in ABOUT_ROLES.items())),
        "Permissions": _table(
            ("permission", "allows"), ((f"`{each.value}`", text) for each, text in ABOUT_PERMISSIONS.items())
        ),
    }


def _columns() -> Mapping[str, str]:
    return {
        table: _table(("column", "meaning"), ((f"`{column}`", meaning(table, column)) for column in columns))
        for table, columns in lake_columns().items()
    }


def _sections(text: str) -> dict[str, str]:
    """What stands under each heading of the second level."""
    return dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize(("name", "tables"), [("figures", _figures()), ("statuses", _statuses()), ("columns", _columns())])
def test_the_tables_are_those_of_the_code(name: str, tables: Mapping[str, str]) -> None:
    page = HANDBOOK / f"{name}.md"
    text = page.read_text(encoding="utf-8")
    if os.environ.get("WORKBENCH_TEST_UPDATE"):
        for title, table in tables.items():
            before = rf"(^## {re.escape(title)}\n(?:(?![|#]).*\n)*)(?:\|.*\n)*"
            text = re.sub(before, lambda match, new=table: f"{match[1].rstrip()}\n\n{new}\n\n", text, flags=re.MULTILINE)
        text = re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"
        page.write_text(text, encoding="utf-8")
    sections = _sections(text)
    for title, table in tables.items():
        assert table in sections[title], title


_FRAME_MODULES = (
    "frames", "known_frames", "screens.screen_frames", "screens.comparison_frames", "market.market_frames",
    "filings.text_frames", "statements.score_frames", "operations.lake_frames",
)  # fmt: skip
_METHODS_HEAD = """# Methods

Every method of `wb = workbench.open()`, with its parameters and the columns of its frame.
[Research in Python](../research.md) says how to ask.
"""


def _frame_descriptions() -> Mapping[str, str]:
    modules = [importlib.import_module(f"workbench.analysis.{name}") for name in _FRAME_MODULES]
    return {
        name: inspect.getdoc(function) or ""
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.endswith("_frame")
    }


def _method(name: str, function: Callable[..., object], frames: Mapping[str, str]) -> str:
    parameters = [
        each.replace(annotation=inspect.Parameter.empty)
        for each in inspect.signature(function).parameters.values()
        if each.name != "self"
    ]
    signature = inspect.Signature(parameters)
    text = inspect.getdoc(function) or ""
    named = [each for each in dict.fromkeys(re.findall(r"`(\w+_frame)`", text)) if each in frames]
    columns = [f"`{each}`: {frames[each]}" for each in named]
    return "\n\n".join([f"## {name}", f"`{name}{signature}`", text, *columns]) + "\n"


def test_every_method_stands_with_its_parameters_and_columns() -> None:
    frames = _frame_descriptions()
    methods = [(name, each) for name, each in inspect.getmembers(Workbench, inspect.isfunction) if not name.startswith("_")]
    missing = {name for _, each in methods for name in re.findall(r"`(\w+_frame)`", inspect.getdoc(each) or "")} - set(frames)
    assert not missing
    text = "\n".join([_METHODS_HEAD, *(_method(name, each, frames) for name, each in methods)])
    page = HANDBOOK / "methods.md"
    if os.environ.get("WORKBENCH_TEST_UPDATE"):
        page.write_text(text, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == text


# The heading in `statuses.md`, and the values that the code has.
_LISTED: Mapping[str, type[StrEnum] | tuple[str, ...]] = {
    "A figure": Status,
    "A figure over its filings": FigureChange,
    "A restatement": Change,
    "An element of a filing": NoElement,
    "An item of a filing": get_args(SectionStatus),
    "A change of text": ChangeKind,
    "An identity in the audit": AuditOutcome,
    "A claim": ClaimOutcome,
    "A report run": RunStatus,
    "A difference between two report runs": Why,
    "A task": TaskStatus,
    "A delivery of a report": DeliveryState,
    "An alert": AlertKind,
    "A notification": NoticeState,
    "A unit of ingest": get_args(IngestOutcome),
}


@pytest.mark.parametrize("title", _LISTED)
def test_every_status_is_explained(title: str) -> None:
    section = _sections((HANDBOOK / "statuses.md").read_text(encoding="utf-8"))[title]
    listed = _LISTED[title]
    values = list(listed) if isinstance(listed, tuple) else [each.value for each in listed]
    assert re.findall(r"^\| `(\w+)` \| [A-Z].+[.a-z)] \|$", section, re.MULTILINE) == values
