"""Values as a spreadsheet shows them, checked against what Excel shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from workbench.parse.uploads.cell_formats import CellValue, displayed


def _at(*parts: int) -> datetime:
    """A moment of a sheet, which has no zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (237710, "#,##0", "237,710"),
        (237710, "General", "237710"),
        (0.1 + 0.2, "General", "0.3"),
        (1e21, None, "1000000000000000000000"),
        (-1234.5, "#,##0.0_);(#,##0.0)", "(1,234.5)"),
        (-1234.5, "#,##0", "-1,235"),
        (0.125, "0.00", "0.13"),
        (2.5, "0", "3"),
        (-0.001, "0.0", "0.0"),
        (0.0815, "0.0%", "8.2%"),
        (12500000, '$#,##0.0,,"m"', "$12.5m"),
        (12500000, "#,##0,", "12,500"),
        (0, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "-"),
        (-4580, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "(4,580)"),
        (14.5, '0.0"x"', "14.5x"),
        (2024, '0"E"', "2024E"),
        (3.5, "[$€-407] #,##0.00", "€ 3.50"),
        (-3.5, "[Red]-0.0", "--3.5"),
        (-7, '0;"minus; "0', "minus; 7"),
        (12.5, 'General" kg"', "12.5 kg"),
        (0.5, "# ?/?", "0.5"),
        (7, "[>5]0;0.0", "7"),
        (12345, "0.00E+00", "12345"),
        (5, "000", "005"),
        (1.5, "0.0##", "1.5"),
        (0, "#", ""),
        (float("nan"), "0", ""),
        (True, "0", "TRUE"),
        ("  n/a ", "0", "n/a"),
        (date(2023, 9, 3), "d-mmm-yy", "2023-09-03"),
        (_at(2023, 9, 3, 14, 30), "yyyy-mm-dd hh:mm", "2023-09-03 14:30"),
        (_at(2023, 9, 3), "mmm-yy", "Sep-23"),
        (_at(2023, 9, 3), '"FY"yyyy', "FY2023"),
        (_at(2023, 9, 3, 14, 30), "h:mm", "14:30"),
        (time(14, 30), "h:mm", "14:30:00"),
    ],
)
def test_a_value_is_shown_as_its_format_says(value: CellValue, code: str | None, text: str) -> None:
    assert displayed(value, code) == text
