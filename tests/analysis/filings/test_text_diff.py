"""The diff of two texts: what it says of each paragraph, and that it loses none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.analysis.filings.paragraphs import comparable, split_paragraphs
from workbench.analysis.filings.text_diff import compare
from workbench.domain.filings.changes import Change, ChangeKind, TextDiff

PORT = "A strike at the port of Oakland could delay the parts that we import from our suppliers in Asia."
DOLLAR = "A stronger dollar lowers what our sales abroad are worth, and we hedge some of that risk."
STAFF = "We compete for engineers with larger employers, and may not keep the people on whom we depend."
CLOUD = "We rent computers from one provider of cloud services; an outage there would stop our shop."
DEBT = "As of September 30, 2023, we owed $12.5 million, due in 5 years."


def diff(old: list[str], new: list[str]) -> TextDiff:
    return compare(split_paragraphs("\n\n".join(old)), split_paragraphs("\n\n".join(new)))


def only(old: list[str], new: list[str]) -> Change:
    (change,) = diff(old, new).changes
    return change


def test_added_and_removed() -> None:
    added = only([PORT, DOLLAR], [PORT, STAFF, DOLLAR])
    assert (added.kind, added.old, added.new and added.new.text) == (ChangeKind.ADDED, None, STAFF)
    removed = only([PORT, STAFF, DOLLAR], [PORT, DOLLAR])
    assert (removed.kind, removed.old and removed.old.text, removed.new) == (ChangeKind.REMOVED, STAFF, None)
    assert added.weight == removed.weight > 100


def test_reworded_shows_the_words() -> None:
    change = only([PORT, DOLLAR], [PORT.replace("Oakland", "Long Beach"), DOLLAR])
    assert change.kind is ChangeKind.REWORDED
    assert [(run.kind, run.text) for run in change.words] == [
        ("same", "A strike at the port of "),
        ("removed", "Oakland"),
        ("added", "Long Beach"),
        ("same", " could delay the parts that we import from our suppliers in Asia."),
    ]


def test_numbers_are_apart_from_words() -> None:
    change = only([PORT, DEBT], [PORT, "As of September 28, 2024, we owed $9.1 billion, due in four years."])
    assert change.kind is ChangeKind.NUMBERS
    assert [run.text for run in change.words if run.kind == "removed"] == ["September 30, 2023", "$12.5 million", "5"]
    assert change.weight == 12.0
    assert only([DEBT], [DEBT.replace("owed", "were owed")]).kind is ChangeKind.REWORDED
    table = "Sales\t2023\t2022\nShoes\t10\t—\nHats\t(3)\t4"
    assert only([table], ["Sales\t2024\t2023\nShoes\t11\t10\nHats\t2\t(3)"]).kind is ChangeKind.NUMBERS


def test_moved_and_moved_with_other_words() -> None:
    change = only([PORT, DOLLAR, STAFF, CLOUD], [CLOUD, PORT, DOLLAR, STAFF])
    assert (change.kind, change.is_moved, change.words) == (ChangeKind.MOVED, True, ())
    assert change.old is not None
    assert change.new is not None
    assert (change.old.ordinal, change.new.ordinal) == (3, 0)
    other = only([PORT, DOLLAR, STAFF, CLOUD], [CLOUD.replace("stop", "halt"), PORT, DOLLAR, STAFF])
    assert (other.kind, other.is_moved) == (ChangeKind.REWORDED, True)
    assert other.weight > change.weight


def test_the_weightiest_comes_first() -> None:
    found = diff(
        [PORT, DOLLAR, DEBT, CLOUD], [PORT, DEBT.replace("5", "6"), STAFF, CLOUD.replace("outage", "outage or attack")]
    )
    assert found.changes[0].kind is ChangeKind.ADDED
    assert found.changes[1].kind is ChangeKind.REMOVED
    assert [change.weight for change in found.changes] == sorted((change.weight for change in found.changes), reverse=True)
    assert found.counts[ChangeKind.NUMBERS] == 1


def test_typography_is_no_change() -> None:
    assert diff(["The company's “plan” – as it\n stands"], ['The company’s "plan" - as it stands']).changes == ()


def test_a_paragraph_turned_inside_out_is_another() -> None:
    assert {change.kind for change in diff([PORT], [STAFF]).changes} == {ChangeKind.ADDED, ChangeKind.REMOVED}


def test_nothing_against_something() -> None:
    assert [change.kind for change in diff([], [PORT]).changes] == [ChangeKind.ADDED]
    assert diff([], []).changes == ()
    assert diff([], [PORT]).changed_ratio == 1.0


def apply(found: TextDiff, old: list[str]) -> list[str]:
    """The new text made of the old one and the diff, in comparable paragraphs."""
    made: dict[int, str] = {new: old[one] for one, new in found.unchanged}
    for change in found.changes:
        if change.new is None:
            continue
        if change.words:
            assert change.old is not None
            assert "".join(run.text for run in change.words if run.kind != "removed") == change.new.text
            before = "".join(run.text for run in change.words if run.kind != "added")
            assert comparable(before) == old[change.old.ordinal]
        made[change.new.ordinal] = (
            comparable(change.new.text)
            if change.kind is not ChangeKind.MOVED
            else old[change.old.ordinal if change.old else -1]
        )
    return [made[index] for index in range(len(made))]


words = st.sampled_from(
    ["risk", "port", "strike", "dollar", "the", "a", "of", "2023", "2024", "$5", "(3)", "—", "“we”", "we's\tand\n."]
)
paragraph = st.lists(words, min_size=1, max_size=14).map(" ".join)
document = st.lists(st.one_of(paragraph, st.sampled_from([PORT, DOLLAR, STAFF, CLOUD, DEBT])), max_size=10)


@settings(max_examples=200, deadline=None)
@given(document, document)
def test_the_diff_applied_to_the_old_gives_the_new(old: list[str], new: list[str]) -> None:
    before, after = split_paragraphs("\n\n".join(old)), split_paragraphs("\n\n".join(new))
    found = compare(before, after)
    old_keys = [comparable(one.text) for one in before]
    assert apply(found, old_keys) == [comparable(one.text) for one in after]
    used = [one for one, _ in found.unchanged] + [change.old.ordinal for change in found.changes if change.old]
    assert sorted(used) == list(range(len(before)))
    assert 0 <= found.changed_ratio <= 1


@given(document)
def test_identical_texts_give_nothing(old: list[str]) -> None:
    found = diff(old, old)
    assert (found.changes, found.changed_ratio) == ((), 0.0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["same words again"] * 3000, ["same words again"] * 2990),
        ([f"paragraph {n}" for n in range(2000)], [f"paragraph {n}" for n in range(2000, 0, -1)]),
        (["a " * 20000], ["a " * 15000 + "b"]),
        (["a b " * 10000], ["b c " * 10000]),
        ([" ".join(f"w{n % 97}x" for n in range(k, k + 40)) for k in range(400)],
         [" ".join(f"w{n % 89}x" for n in range(k, k + 40)) for k in range(400)]),
    ],
)  # fmt: skip
def test_odd_texts_take_time_in_proportion(old: list[str], new: list[str]) -> None:
    """Each is about 100 kB; a quadratic step over its words would take minutes, and run into the suite's time-out."""
    started = time.process_time()
    diff(old, new)
    assert time.process_time() - started < 60
