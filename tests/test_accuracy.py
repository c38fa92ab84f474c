"""The accuracy that `docs/accuracy.md` publishes: the audit of the starter data must not become worse than it says.

When it becomes better, `WORKBENCH_TEST_UPDATE=1 pytest tests/test_accuracy.py` writes the new figures into the document.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.starter_versions import versions_of
from workbench.analysis.statements.audit_json import IdentityCountAnswer, identity_counts
from workbench.domain.facts.splits import find_splits
from workbench.domain.measures.audit import CompanyAudit, audit
from workbench.domain.measures.checks import STORED_BESIDE, all_checks
from workbench.domain.measures.ratios import all_figures
from workbench.domain.statements.assembly import statement_from
from workbench.domain.statements.reasons import IDENTITIES
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.ingest.starter.load import packaged_file
from workbench.parse.starter import StarterCompany, decode

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"


@pytest.fixture(scope="module")
def measured() -> list[CompanyAudit]:
    return [_audit(each) for each in decode(packaged_file())]


def _audit(of: StarterCompany) -> CompanyAudit:
    company, versions, concepts, _ = filed = versions_of(of)
    figures = all_figures(company, filed.facts, find_splits(versions, concepts))
    beside = [each for each in all_checks(company, figures) if each.check.name in STORED_BESIDE]
    statements = []
    for kind in StatementKind:
        for period in PeriodKind:
            found = statement_from(company, figures.statements[kind], kind, period, None)
            own = tuple(each.check for each in beside if (each.kind, each.period) == (kind, period))
            statements.append(replace(found, checks=(*found.checks, *own)))
    return audit(statements)


def _published(page: str) -> dict[str, list[int]]:
    """The numbers of each row of the document's tables, by the row's heading."""
    rows = re.findall(r"^\| ([^|]+?) \|((?: [\d,–]+ \|)+)$", page, re.MULTILINE)
    return {name: [int(number.replace(",", "").replace("–", "0")) for number in cells.split("|")[:-1]] for name, cells in rows}


def _totals(measured: list[CompanyAudit]) -> dict[str, int]:
    return {
        "companies": len(measured),
        "columns of statements": sum(each.columns for each in measured),
        "figures shown": sum(each.figures_shown for each in measured),
        "figures in an identity that was checked and holds": sum(each.figures_checked for each in measured),
    }


def _rows(measured: list[CompanyAudit]) -> Iterator[tuple[str, list[int]]]:
    for name, count in _totals(measured).items():
        yield name, [count]
    for each in identity_counts(measured):
        if each["checked"] or each["refused"]:
            yield IDENTITIES[each["name"]], _numbers(each)


def _numbers(each: IdentityCountAnswer) -> list[int]:
    return [each["checked"], each["holds"], each["broken_marked"], each["broken_unmarked"], each["refused"]]


def test_the_audit_is_no_worse_than_the_document_says(measured: list[CompanyAudit]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if os.environ.get("WORKBENCH_TEST_UPDATE"):
        for name, numbers in _rows(measured):
            cells = " | ".join(f"{number:,}" if number else "–" for number in numbers)
            page = re.sub(rf"^\| {re.escape(name)} \|.*$", f"| {name} | {cells} |", page, flags=re.MULTILINE)
        PAGE.write_text(page, encoding="utf-8")
    published = _published(page)
    for name, numbers in _rows(measured):
        if len(numbers) == 1:
            assert numbers >= published[name], name
            continue
        (_, holds, marked, unmarked, refused), (_, least, most_marked, most_unmarked, most_refused) = numbers, published[name]
        assert holds >= least, name
        assert (marked <= most_marked, unmarked <= most_unmarked, refused <= most_refused) == (True, True, True), name


def test_no_broken_identity_is_without_a_failed_check(measured: list[CompanyAudit]) -> None:
    assert [(each.company.label, broken) for each in measured for broken in each.breaks if not broken.is_marked] == []
