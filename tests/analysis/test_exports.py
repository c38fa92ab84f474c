"""Files to take along: what is in them, and that no spreadsheet program is made to run what stands in them."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

from lxml import etree
from pyarrow import parquet

from workbench.analysis.exports import HEADER, ExportFormat, to_csv, to_xlsx, write_export
from workbench.analysis.screens.comparison_export import comparison_export
from workbench.analysis.screens.peers import comparison_document, screen_document, screen_export
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.measures.catalogue import measure
from workbench.domain.measures.comparison import CalendarPeriod, ComparedFigure, ComparedRow, Comparison
from workbench.domain.measures.screens import Metric, Screen, parse_filters
from workbench.domain.screens.screen_results import ScreenFigure, ScreenResult, ScreenRow
from workbench.domain.statements.statement import Figure, PeriodKind, StatementPeriod, Status

NASTY = Company(Cik(7), '=HYPERLINK("http://evil.example","click")', (Listing(Ticker("ACM")),), sic="3571")
END = date(2023, 12, 31)
FACT = SourceFact(
    "us-gaap:Revenues", "USD", date(2023, 1, 1), END, Decimal("12345678901234567.89"), "0000000007-24-000011", "10-K",
    date(2024, 2, 20),
)  # fmt: skip
REVENUE = Figure(END, FACT.value, "USD", Status.REPORTED, facts=(FACT,))
GROSS = Figure(END, None, "USD", Status.REFUSED, reason="operand_missing")
LOSS = Figure(END, Decimal(-30), "USD", Status.DERIVED, formula="-cost + revenue", facts=(FACT, FACT))
PERIOD = StatementPeriod(date(2023, 1, 1), END, 2023, None, year_start=date(2023, 1, 1))


def comparison() -> Comparison:
    rows = tuple(
        ComparedRow(NASTY, measure(name), (None, ComparedFigure(PERIOD, figure)))
        for name, figure in (("revenue", REVENUE), ("gross_profit", GROSS), ("net_income", LOSS))
    )
    return Comparison(PeriodKind.ANNUAL, date(2024, 6, 30), (CalendarPeriod(2022), CalendarPeriod(2023)), rows)


def screen() -> ScreenResult:
    metric = Metric(measure("revenue"))
    row = ScreenRow(NASTY, (ScreenFigure(metric, REVENUE.value, "USD", "FY 2023", END),))
    return ScreenResult(Screen(parse_filters(["revenue > 1"])), (row,), 1, 5, {"no_figure": 2})


def cells(content: bytes, sheet: int) -> list[list[tuple[str | None, str]]]:
    """Of each row the type and the text of each cell; formulas have none here, because there must be none."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = ["".join(item.itertext()) for item in etree.fromstring(book.read("xl/sharedStrings.xml")).iter("{*}si")]
        root = etree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    assert not list(root.iter("{*}f"))
    assert not list(root.iter("{*}hyperlink"))
    found = []
    for row in root.iter("{*}row"):
        values = [(cell.get("t"), "".join(cell.itertext())) for cell in row.iter("{*}c")]
        found.append([(kind, shared[int(text)] if kind == "s" else text) for kind, text in values])
    return found


def test_text_in_a_workbook_is_text() -> None:
    table = cells(to_xlsx(screen_export(screen(), [(REVENUE,)])), 1)
    row = next(row for row in table if ("s", NASTY.name) in row)
    assert ("s", "ACM") in row
    assert [kind for kind, _ in row].count(None) == 1  # the figure alone is a number


def test_the_provenance_sheet_has_each_fact_behind_each_figure() -> None:
    header, *rows = cells(to_xlsx(comparison_export(comparison())), 2)
    names = [text for _, text in header]
    assert names[-4:] == ["Accession", "Form", "Filed on", "Known on"]
    assert len(rows) == 1 + 1 + 2  # a reported figure, a refused one, one of two operands
    texts = [[text for _, text in row] for row in rows]
    assert "12345678901234567.89" in texts[0]  # every digit, which Excel's own numbers would not keep
    assert {"us-gaap:Revenues", "0000000007-24-000011", "10-K"} <= set(texts[0])
    assert {"refused", "operand_missing"} <= set(texts[1])
    assert "-cost + revenue" in texts[2]


def test_csv_has_a_row_a_figure_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(comparison_export(comparison())).decode())))
    assert tuple(rows[0]) == HEADER
    assert [(row["measure"], row["column"], row["value"], row["status"]) for row in rows] == [
        ("revenue", "2023", "12345678901234567.89", "reported"),
        ("gross_profit", "2023", "", "refused"),
        ("net_income", "2023", "-30", "derived"),
    ]
    assert [row["known_on"] for row in rows] == ["2024-02-20", "", "2024-02-20"]
    assert rows[0]["company"] == "'" + NASTY.name
    assert rows[2]["formula"] == "'-cost + revenue"
    assert (rows[0]["accessions"], rows[0]["filed_on"]) == ("0000000007-24-000011", "2024-02-20")


def test_parquet_keeps_every_digit() -> None:
    table = parquet.read_table(io.BytesIO(write_export(comparison_export(comparison()), ExportFormat.PARQUET)))
    assert tuple(table.column_names) == HEADER
    first, refused, derived = table.to_pylist()
    assert (first["value"], first["company"]) == (Decimal("12345678901234567.89"), NASTY.name)
    assert (refused["value"], refused["reason"]) == (None, "operand_missing")
    assert derived["accessions"] == ["0000000007-24-000011"] * 2
    assert derived["filed_on"] == [date(2024, 2, 20)] * 2


def test_the_same_table_gives_the_same_bytes() -> None:
    for form in ExportFormat:
        assert write_export(comparison_export(comparison()), form) == write_export(comparison_export(comparison()), form)


def test_json_shapes() -> None:
    document = comparison_document(comparison())
    assert document["columns"] == [
        {"label": "2022", "year": 2022, "quarter": None}, {"label": "2023", "year": 2023, "quarter": None}
    ]  # fmt: skip
    assert document["rows"][0]["figures"][0] is None
    assert document["rows"][0]["figures"][1]["value"] == "12345678901234567.89"
    assert document["rows"][0]["figures"][1]["period"]["label"] == "FY 2023"
    found = screen_document(screen())
    assert found["filters"] == [
        {"filter": "revenue > 1", "sentence": "Revenue in the latest fiscal year above 1 USD"}
    ]  # fmt: skip
    assert (found["matched"], found["undecided"], found["looked_at"], found["next_offset"]) == (1, 2, 5, None)
    assert found["undecided_reasons"] == [{"reason": "no_figure", "companies": 2}]
