from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tests.conftest import MIRROR
from workbench.domain.errors import MalformedDocument
from workbench.parse.edgar.daily_index import parse_daily_index

HEAD = "Description: Daily Index\n \nForm Type   Company Name      CIK    Date Filed  File Name\n" + "-" * 80 + "\n"


def test_lines_are_read_from_their_end() -> None:
    lines = (
        "10-K        7 Days 20200318, Inc.          1234567     20200318    edgar/data/1234567/0001234567-20-000009.txt   \n"
        "1-A POS     A B                            77          20200318    edgar/data/77/0001234567-20-000010.txt\n"
        "SC 13D/A    No number here                                          edgar/data/77/0001234567-20-000010.txt\n"
    )
    index = parse_daily_index((HEAD + lines).encode("latin-1"))
    assert [(each.cik.number, each.form, each.accession.text, each.filed_on) for each in index.filings] == [
        (1234567, "10-K", "0001234567-20-000009", date(2020, 3, 18)),
        (77, "1-A POS", "0001234567-20-000010", date(2020, 3, 18)),
    ]
    assert index.dropped == 1


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"Form Type only"])
def test_what_is_no_index_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedDocument):
        parse_daily_index(content)


@pytest.mark.mirror
def test_a_recorded_day() -> None:
    index = parse_daily_index((MIRROR / "Archives/edgar/daily-index/2020/QTR1/form.20200318.idx").read_bytes())
    forms = Counter(filing.form for filing in index.filings)
    # Counted with grep and cut in the file itself.
    assert (len(index.filings), index.dropped) == (4084, 0)
    assert (forms["4"], forms["8-K"], forms["10-K"], forms["SEC STAFF"]) == (2040, 232, 68, 96)
