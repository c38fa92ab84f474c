"""Sentences that move from one paragraph of an item to another."""

from __future__ import annotations

from tests.analysis.filings.test_text_diff import CLOUD, DEBT, DOLLAR, PORT, STAFF, diff
from workbench.analysis.filings.paragraphs import split_paragraphs
from workbench.analysis.filings.text_diff import compare
from workbench.domain.filings.changes import ChangeKind

INSURED = "We insure our orchards against frost and hail with two insurers that are rated well."


def test_a_sentence_that_moved_is_named_on_both_sides_and_weighs_little() -> None:
    moving = diff([f"{PORT} {INSURED}", DOLLAR, STAFF], [PORT, DOLLAR, f"{STAFF} {INSURED}"]).changes
    assert [change.moved_sentences for change in moving] == [(INSURED,), (INSURED,)]
    assert {change.kind for change in moving} == {ChangeKind.REWORDED}
    other = diff([f"{PORT} {INSURED}", DOLLAR, STAFF], [PORT, DOLLAR, f"{STAFF} {CLOUD}"]).changes
    assert [change.moved_sentences for change in other] == [(), ()]
    assert max(change.weight for change in moving) < 0.2 * min(change.weight for change in other)


def test_a_paragraph_that_becomes_a_sentence_elsewhere_is_removed_but_moved() -> None:
    changes = diff([CLOUD, INSURED, STAFF, PORT], [CLOUD, STAFF, f"{PORT} {INSURED} {DOLLAR}"]).changes
    removed = next(change for change in changes if change.kind is ChangeKind.REMOVED)
    assert removed.moved_sentences == (INSURED,)
    reworded = next(change for change in changes if change.new and INSURED in change.new.text)
    assert reworded.moved_sentences == (INSURED,)
    assert reworded.weight > 100  # DOLLAR is new


def test_short_sentences_tables_and_repeated_ones_are_not_moved() -> None:
    short = diff([f"{PORT} See above.", DOLLAR], [PORT, f"{DOLLAR} See above."]).changes
    table = f"Shoes\t10\n{INSURED}\t3"
    tables = diff([f"{PORT} {INSURED}", "Hats\t1"], [PORT, table]).changes
    stays = diff([f"{PORT} {INSURED}", DEBT], [f"{PORT} {INSURED}", f"{DEBT} {INSURED}"]).changes
    assert {sentence for change in (*short, *tables, *stays) for sentence in change.moved_sentences} == set()


def test_a_sentence_that_left_for_another_item_or_came_from_one_is_moved() -> None:
    left = compare(
        split_paragraphs(f"{PORT} {INSURED}"), split_paragraphs(PORT), ("Other words.", f"We say:\n\n{INSURED} Now.")
    )
    came = compare(split_paragraphs(PORT), split_paragraphs(f"{PORT} {INSURED}"), (f"We say:\n\n{INSURED}", "Other words."))
    assert [change.moved_sentences for change in (*left.changes, *came.changes)] == [(INSURED,), (INSURED,)]
    alone = diff([f"{PORT} {INSURED}"], [PORT]).changes
    assert left.changes[0].weight < 0.3 * alone[0].weight


def test_a_sentence_that_stands_elsewhere_in_both_was_removed_here() -> None:
    removed = compare(split_paragraphs(f"{PORT} {INSURED}"), split_paragraphs(PORT), (INSURED, INSURED))
    assert [change.moved_sentences for change in removed.changes] == [()]
