"""Paragraphs that are split or merged from one filing to the next are no additions and removals."""

from __future__ import annotations

from tests.analysis.filings.test_text_diff import CLOUD, DOLLAR, PORT, STAFF, diff
from workbench.domain.filings.changes import ChangeKind

PARTS = [PORT, DOLLAR, STAFF]
# After risk factors that a filing of 2024 set apart which that of 2023 had in one paragraph; other words.
FIRST = "Our orchards stand in two valleys of one county, so that frost or disease there would cost most of a harvest."
SECOND = "We insure part of the crop, but premiums rose after the frost of 2021 and may become more than we can pay."
THIRD = "Growers who supply us under contracts of three years may sell to larger packers when these contracts end in 2025."


def test_a_split_that_changes_no_word_is_no_change() -> None:
    for old, new in (([" ".join(PARTS)], PARTS), (PARTS, [" ".join(PARTS)])):
        found = diff([CLOUD, *old], [CLOUD, *new])
        assert found.changes == ()
        assert len(found.unchanged) == 2
        assert found.changed_ratio == 0.0


def test_a_split_with_other_words_shows_these_words_alone() -> None:
    reworded = SECOND.replace("premiums rose", "premiums doubled")
    (change,) = diff([f"{FIRST} {SECOND} {THIRD}", CLOUD], [FIRST, reworded, THIRD, CLOUD]).changes
    assert change.kind is ChangeKind.REWORDED
    assert [(run.kind, run.text) for run in change.words if run.kind != "same"] == [("removed", "rose"), ("added", "doubled")]
    assert change.old is not None
    assert change.new is not None
    assert change.new.text == "\n".join([FIRST, reworded, THIRD])
    assert (change.new.start, change.new.end) == (0, len(FIRST) + len(reworded) + len(THIRD) + 4)


def test_a_merge_in_which_numbers_change_is_a_change_of_numbers() -> None:
    merged = f"{FIRST} {SECOND.replace('2021', '2022')}"
    (change,) = diff([FIRST, SECOND, CLOUD], [merged, CLOUD]).changes
    assert change.kind is ChangeKind.NUMBERS


def test_a_sentence_that_comes_with_the_split_is_shown_as_added_words() -> None:
    (change,) = diff([f"{FIRST} {THIRD}"], [FIRST, THIRD, STAFF]).changes
    assert (change.kind, change.new and change.new.text) == (ChangeKind.ADDED, STAFF)


def test_neighbours_that_only_share_words_stay_apart() -> None:
    found = diff([PORT, DOLLAR], [STAFF, CLOUD])
    assert found.counts == {**dict.fromkeys(ChangeKind, 0), ChangeKind.ADDED: 2, ChangeKind.REMOVED: 2}


def test_parts_that_do_not_stand_side_by_side_are_not_one() -> None:
    found = diff([f"{FIRST} {THIRD}", CLOUD], [FIRST, CLOUD, THIRD])
    assert found.counts[ChangeKind.ADDED] + found.counts[ChangeKind.REWORDED] >= 2


def test_a_split_paragraph_that_moved_is_one_that_moved() -> None:
    (change,) = diff([f"{FIRST} {SECOND}", PORT, DOLLAR, STAFF, CLOUD], [PORT, DOLLAR, STAFF, CLOUD, FIRST, SECOND]).changes
    assert (change.kind, change.is_moved) == (ChangeKind.MOVED, True)
