"""Frames and tables as files."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from workbench.analysis.frame_files import read_frame, write_frame
from workbench.analysis.table_files import TableFormat, csv_bytes, write_table


def _frame() -> pd.DataFrame:
    """Two periods that end on one day, and a line without a figure; the values are of Costco's fiscal 2023, in millions."""
    ends = [pd.Timestamp("2023-09-03"), pd.Timestamp("2023-09-03")]
    index = pd.Index(["revenue", "eps_diluted", "dividends"], name="line", dtype="str")
    rows = [[Decimal(242_290), Decimal(242_290)], [Decimal("14.16"), None], [None, None]]
    frame = pd.DataFrame(rows, index=index, columns=pd.Index(ends, name="period_end"), dtype=object)
    frame.insert(0, "label", ["Revenue", "=1+1", None])
    frame.attrs = {"is_known": True, "value": Decimal("1.50"), "day": date(2023, 9, 3), "words": ["a", "b"], "none": None}
    return frame


def test_a_frame_comes_back_as_it_was() -> None:
    frame = _frame()
    back = read_frame(write_frame(frame, TableFormat.ARROW))
    pd.testing.assert_frame_equal(back, frame, check_exact=True, check_column_type="exact")
    assert back.attrs == frame.attrs
    assert frame.attrs["value"] == Decimal("1.50")  # the frame itself is left alone
    assert list(frame.columns[1:]) == [pd.Timestamp("2023-09-03")] * 2


def test_parquet_has_types_and_distinct_names() -> None:
    table = parquet.read_table(io.BytesIO(write_frame(_frame(), TableFormat.PARQUET)))
    assert table.column_names == ["line", "label", "2023-09-03", "2023-09-03 (2)"]
    assert pa.types.is_decimal(table.schema.field("2023-09-03").type)
    assert table.column("2023-09-03").to_pylist() == [Decimal("242290.00"), Decimal("14.16"), None]


def test_csv_is_no_formula() -> None:
    lines = write_frame(_frame(), TableFormat.CSV).decode().splitlines()
    assert lines == [
        "line,label,2023-09-03,2023-09-03 (2)",
        "revenue,Revenue,242290,242290",
        "eps_diluted,'=1+1,14.16,",
        "dividends,,,",
    ]


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-a", "@sum", "\tx", "\rx", "\n=x", "-1+cmd|' /c calc'!A0"])
def test_text_that_a_spreadsheet_would_compute_is_quoted(text: str) -> None:
    assert csv_bytes(["x"], [[text]]).decode().partition("\r\n")[2].lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["-5", "+0.25", "-1.5e-7", "a=b", ""])
def test_numbers_and_other_text_are_not(text: str) -> None:
    assert csv_bytes(["x", "y"], [[text, None]]).decode() == f"x,y\r\n{text},\r\n"


def test_the_same_table_gives_the_same_bytes() -> None:
    table = pa.table({"a": [1, 2], "b": [["x", "y"], []]})
    for form in TableFormat:
        assert write_table(table, form) == write_table(table, form)
    assert write_table(table, TableFormat.CSV).decode() == "a,b\r\n1,x y\r\n2,\r\n"


def test_a_table_that_is_no_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="not written from a frame"):
        read_frame(write_table(pa.table({"a": [1]}), TableFormat.ARROW))
    with pytest.raises(ValueError, match=r".+"):
        read_frame(b"<html>")
