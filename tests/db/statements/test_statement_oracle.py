"""Every row of the oracle of annual values against the statement as known on the day the row was filed."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from db.companies import get_company
from db.engine import Database
from db.facts.as_filed import known_facts
from db.statements.as_known import statement
from tests.conftest import ORACLES
from workbench.domain.identity import Cik
from workbench.domain.statements.statement import Figure, PeriodKind, StatementKind

NAMES = {
    "cogs": "cost_of_revenue",
    "sga": "selling_general_administrative",
    "income_continuing": "income_continuing_operations",
    "depreciation": "depreciation_amortization",
    "shares": "weighted_average_shares",
    "ppe_net": "property_plant_equipment_net",
    "cfo": "operating_cash_flow",
}
DIFFERENCES = tomllib.loads((Path(__file__).parent / "statement_oracle_differences.toml").read_text(encoding="utf-8"))
LEAST_SHARE = 0.995
# By the kind of evidence, what the filing reports that keeps the oracle's tag from being the line.
DENYING = {
    "discontinued": "us-gaap:IncomeLossFromDiscontinuedOperationsNetOfTax",
    "amortization": "us-gaap:AmortizationOfIntangibleAssets",
    "intangibles": "us-gaap:IntangibleAssetsNetExcludingGoodwill",
}

Key = tuple[str, str, int]  # ticker, line, the oracle's fiscal year


class Compared(NamedTuple):
    """A row of the oracle, the line of its name, and the line that its difference is `found_on` where one is listed."""

    row: dict[str, str]
    line: str
    fiscal_year: int | None
    figure: Figure | None
    elsewhere: Figure | None

    @property
    def key(self) -> Key:
        return self.row["ticker"], self.line, int(self.row["fiscal_year"])

    @property
    def is_equal(self) -> bool:
        return self._equals(self.figure)

    @property
    def is_found(self) -> bool:
        return self._equals(self.elsewhere)

    def _equals(self, figure: Figure | None) -> bool:
        return (
            figure is not None
            and figure.value == Decimal(self.row["value"])
            and self.row["accession"] in {fact.accession for fact in figure.facts}
        )


@pytest.fixture(scope="module")
def compared(recorded: Database) -> list[Compared]:
    with (ORACLES / "annual_values.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return list(_compare(recorded, rows))


def _compare(database: Database, rows: list[dict[str, str]]) -> Iterator[Compared]:
    known: dict[tuple[str, str], dict[tuple[str, str], tuple[int, Figure]]] = {}
    listed = _listed()
    with database.read() as connection:
        for row in rows:
            filing = row["cik"], row["filed"]
            if filing not in known:
                company = get_company(connection, Cik(int(row["cik"])))
                statements = [
                    statement(connection, company, kind, PeriodKind.ANNUAL, date.fromisoformat(row["filed"]))
                    for kind in StatementKind
                ]
                known[filing] = {
                    (line.line, period.end.isoformat()): (period.fiscal_year, figure)
                    for found in statements
                    for line in found.lines
                    for period, figure in zip(found.periods, line.figures, strict=True)
                }
            line = NAMES.get(row["line"], row["line"])
            year, figure = known[filing].get((line, row["period_end"]), (None, None))
            found_on = listed.get((row["ticker"], line, int(row["fiscal_year"])), {}).get("found_on", "")
            _, elsewhere = known[filing].get((found_on, row["period_end"]), (None, None))
            yield Compared(row, line, year, figure, elsewhere)


def _listed() -> dict[Key, dict[str, Any]]:
    return {(item["ticker"], item["line"], year): item for item in DIFFERENCES["difference"] for year in item["years"]}


@pytest.mark.mirror
def test_every_row_is_equal_on_its_line_or_on_the_one_that_its_tag_stands_for(
    compared: list[Compared], capsys: pytest.CaptureFixture[str]
) -> None:
    listed = _listed()
    differing = {item.key: item for item in compared if not item.is_equal}
    elsewhere = [item for item in differing.values() if item.is_found]
    rows, on_their_line = len(compared), len(compared) - len(differing)
    equal = on_their_line + len(elsewhere)
    with capsys.disabled():
        print(  # noqa: T201
            f"\nannual values equal: {equal} of {rows} ({equal / rows:.2%}): {on_their_line} on the line of their name "
            f"({on_their_line / rows:.2%}), {len(elsewhere)} on the line that is what their tag stands for"
        )
    assert {key: (item.row["value"], item.figure) for key, item in differing.items() if key not in listed} == {}
    assert listed.keys() - differing.keys() == set(), "listed as different, and equal"
    assert {key for key, item in listed.items() if "found_on" in item} == {item.key for item in elsewhere}
    assert equal / rows >= LEAST_SHARE


@pytest.mark.mirror
def test_each_listed_difference_has_its_evidence_in_the_filing(compared: list[Compared], recorded: Database) -> None:
    listed = _listed()
    with recorded.read() as connection:
        for item in compared:
            if item.key not in listed:
                continue
            figure, row = item.figure, item.row
            assert figure is not None
            if listed[item.key]["evidence"] == "larger":
                assert figure.value is not None
                assert figure.value > Decimal(row["value"]), item.key
                assert figure.facts[0].accession == row["accession"], item.key
            else:
                tag = DENYING[listed[item.key]["evidence"]]
                facts = known_facts(connection, Cik(int(row["cik"])), frozenset([tag]), date.fromisoformat(row["filed"]))
                spans = {(row["period_start"], row["period_end"]), ("None", row["period_end"])}
                found = [fact for fact in facts if (str(fact.period_start), str(fact.period_end)) in spans]
                assert [fact.accession for fact in found] == [row["accession"]]
                assert found[0].value != 0
                assert (figure.value, figure.reason) == (None, "operand_missing")


@pytest.mark.mirror
def test_fiscal_years_bear_the_labels_the_companies_give_them(compared: list[Compared]) -> None:
    odd = {(item["ticker"], year): item["off_by"] for item in DIFFERENCES["label"] for year in item["oracle_years"]}
    for item in compared:
        stated = int(item.row["fiscal_year"])
        assert item.fiscal_year == stated + odd.get((item.row["ticker"], stated), 0), item.key
