"""Small inputs that once came out wrong, each for its whole kind: `cases/numbers` beside the recorded filings."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SHARED
from workbench.domain.facts.fiscal_years import year_offsets
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.splits import SPLIT_TAGS, find_splits
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind
from workbench.parse.xbrl.companyfacts import parse_company_facts

pytestmark = pytest.mark.mirror

CASES = SHARED / "cases" / "numbers"
_LISTED = CASES / "cases.json"
_CHECKS = [
    pytest.param(name, case["cik"], check, id=f"{name}-{number}")
    for name, case in (json.loads(_LISTED.read_text()) if _LISTED.is_file() else {}).items()
    for number, check in enumerate(case["checks"])
]


def statement(folder: Path, cik: int, kind: StatementKind, period: PeriodKind) -> Statement:
    parsed = parse_company_facts((folder / f"api/xbrl/companyfacts/CIK{cik:010d}.json").read_bytes(), Cik(cik))
    tags = ConceptMap.load().all_tags(kind) | (frozenset() if kind is StatementKind.CASHFLOW else SPLIT_TAGS)
    facts = [fact for fact in parsed.facts if str(fact.concept) in tags]
    concepts = {name: number for number, name in enumerate(dict.fromkeys(str(fact.concept) for fact in facts))}
    units = {unit: number for number, unit in enumerate(dict.fromkeys(fact.unit for fact in facts))}
    filed = [
        (concepts[str(fact.concept)], fact.period_end, fact.period_start, units[fact.unit], fact.value, fact.accession.text,
         fact.form, fact.filed_on)
        for fact in facts
    ]  # fmt: skip
    names = {number: name for name, number in concepts.items()}
    units_by_id = {number: unit for unit, number in units.items()}
    table = FactTable(filed, names, units_by_id, year_offsets=year_offsets(parsed.stated_years))
    splits = () if kind is StatementKind.CASHFLOW else find_splits(table.filings(SPLIT_TAGS), names)
    submissions = json.loads((folder / f"submissions/CIK{cik:010d}.json").read_text())
    company = Company(Cik(cik), parsed.name or "", sic=submissions.get("sic") or None)
    return assemble(company, kind, period, None, table, splits=splits)


@pytest.mark.parametrize(("name", "cik", "check"), _CHECKS)
def test_it_comes_out_right(name: str, cik: int, check: dict[str, Any]) -> None:
    found = statement(CASES / name, cik, StatementKind(check["kind"]), PeriodKind(check.get("period", "annual")))
    places = {str(period.end): place for place, period in enumerate(found.periods)}
    if "check" in check:
        (own,) = [each for each in found.checks if (each.name, str(each.period_end)) == (check["check"], check["end"])]
        assert own.result == check["verdict"]
    elif "line" in check:
        figures = {line.line: line.figures for line in found.lines}.get(check["line"])  # of no such line there is no figure
        accepted = [None if value is None else Decimal(value) for value in check["accept"]]
        assert (figures[places[check["end"]]].value if figures else None) in accepted
    else:
        assert found.periods[places[check["end"]]].fiscal_year == check["fiscal_year"]
