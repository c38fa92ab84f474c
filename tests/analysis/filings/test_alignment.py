"""Two versions side by side: nothing is lost, and everything stands where a reader looks for it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.two_reports import CLOUD, DEBT, DOLLAR, NEW_RISKS, OLD_RISKS, PORT, STAFF
from workbench.analysis.filings.alignment import AlignedRow, align
from workbench.analysis.filings.paragraphs import split_paragraphs
from workbench.analysis.filings.text_diff import compare
from workbench.domain.filings.changes import ChangeKind


def aligned(old: list[str], new: list[str]) -> list[AlignedRow]:
    olds, news = split_paragraphs("\n\n".join(old)), split_paragraphs("\n\n".join(new))
    return align(olds, news, compare(olds, news))


def texts(row: AlignedRow) -> tuple[str | None, str | None, str | None]:
    kind = row.change.kind.value if row.change else None
    return kind, row.old.text if row.old else None, row.new.text if row.new else None


def test_each_kind_of_change_has_its_row() -> None:
    rows = aligned(list(OLD_RISKS), list(NEW_RISKS))
    assert [texts(row) for row in rows] == [
        ("reworded", PORT, NEW_RISKS[0]),
        ("added", None, CLOUD),
        ("removed", STAFF, None),
        ("numbers", DEBT, NEW_RISKS[2]),
        ("moved", DOLLAR, DOLLAR),
    ]


def test_a_removed_paragraph_stands_where_it_stood_and_the_last_at_the_end() -> None:
    rows = aligned([STAFF, PORT, CLOUD, DEBT], [PORT, DEBT])
    assert [texts(row) for row in rows] == [
        ("removed", STAFF, None), (None, PORT, PORT), ("removed", CLOUD, None), (None, DEBT, DEBT),
    ]  # fmt: skip
    assert [texts(row)[0] for row in aligned([PORT, DEBT], [PORT])] == [None, "removed"]
    assert [texts(row)[0] for row in aligned([], [PORT])] == ["added"]
    assert aligned([], []) == []


def test_a_paragraph_that_was_split_stands_beside_all_its_parts() -> None:
    rows = aligned([DEBT, f"{PORT} {STAFF}", CLOUD], [DEBT, PORT, STAFF, CLOUD])
    assert [texts(row)[2] for row in rows] == [DEBT, f"{PORT}\n{STAFF}", CLOUD]
    assert [texts(row)[1] for row in rows] == [DEBT, f"{PORT} {STAFF}", CLOUD]


@settings(deadline=None)
@given(*[st.lists(st.sampled_from([PORT, DOLLAR, STAFF, CLOUD, DEBT, DEBT.replace("12.5", "9.1")]), max_size=9)] * 2)
def test_every_paragraph_stands_in_one_row_and_the_new_ones_in_order(old: list[str], new: list[str]) -> None:
    rows = aligned(old, new)
    assert [row.new.ordinal for row in rows if row.new] == list(range(len(new)))
    assert sorted(row.old.ordinal for row in rows if row.old) == list(range(len(old)))
    in_place = [row.old.ordinal for row in rows if row.old and not (row.change and row.change.is_moved)]
    assert in_place == sorted(in_place)
    assert all(row.change is None or row.change.kind in ChangeKind for row in rows)
