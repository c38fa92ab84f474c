"""Rows of an answer as tables: CSV shows each value as it is, Arrow has types."""

from __future__ import annotations

from decimal import Decimal

from workbench.analysis.row_tables import ColumnKind, rows_csv, rows_table

COLUMNS = {
    "measure": ColumnKind.TEXT, "value": ColumnKind.DECIMAL, "on": ColumnKind.DATE, "at": ColumnKind.TIME,
    "count": ColumnKind.WHOLE, "score": ColumnKind.FRACTION, "is_new": ColumnKind.FLAG, "roles": ColumnKind.TEXTS,
    "facts": ColumnKind.NESTED,
}  # fmt: skip
# Revenue, diluted earnings a share and gross margin of Apple's fiscal 2024, of unlike numbers of places.
ROWS = [
    ["revenue", "391035000000", "2024-09-28", "2024-11-01T10:01:36Z", 3, 1, True, ["analyst", "viewer"], [{"a": 1}]],
    ["eps_diluted", "6.08", None, None, None, 0.5, False, [], []],
    ["gross_margin", "46.2063", None, None, None, None, None, None, None],
]


def test_a_decimal_has_the_places_that_it_has() -> None:
    assert rows_csv(COLUMNS, ROWS).decode().split("\r\n") == [
        "measure,value,on,at,count,score,is_new,roles,facts",
        'revenue,391035000000,2024-09-28,2024-11-01 10:01:36+00:00,3,1.0,True,analyst viewer,"[{""a"": 1}]"',
        "eps_diluted,6.08,,,,0.5,False,,[]",
        "gross_margin,46.2063,,,,,,,",
        "",
    ]


def test_csv_says_what_arrow_says() -> None:
    table = rows_table(COLUMNS, ROWS)
    assert table.column("value").to_pylist() == [Decimal(391035000000), Decimal("6.08"), Decimal("46.2063")]
    assert str(table.column("at").to_pylist()[0]) == "2024-11-01 10:01:36+00:00"
    assert rows_table({"value": ColumnKind.DECIMAL}, [[None]]).column("value").to_pylist() == [None]
