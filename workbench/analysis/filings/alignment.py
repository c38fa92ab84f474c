"""Two versions of a text side by side: every paragraph of both, each beside the one that it corresponds to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.analysis.filings.regrouping import regroup
from workbench.domain.filings.changes import Change, Paragraph, TextDiff


@dataclass(frozen=True, slots=True)
class AlignedRow:
    """A paragraph in its old and its new version. `change` is None for one that is unchanged and in its place."""

    old: Paragraph | None
    new: Paragraph | None
    change: Change | None = None


def align(old: Sequence[Paragraph], new: Sequence[Paragraph], diff: TextDiff) -> list[AlignedRow]:
    """Every paragraph once, in the order of the new text; `diff` is the comparison of `old` and `new`.

    A paragraph that was split, and those that were merged, are one on both sides, as in `diff`. A removed paragraph stands
    before the first paragraph that followed it in the old text and stayed in place. A paragraph that moved stands at its new
    place.
    """
    old, new = regroup(old, new)
    by_new = {change.new.ordinal: change for change in diff.changes if change.new is not None}
    removed = sorted((each for each in diff.changes if each.new is None and each.old), key=lambda each: _ordinal(each.old))
    partner = {there: here for here, there in diff.unchanged}
    rows: list[AlignedRow] = []
    gone = iter(removed)
    waiting = next(gone, None)
    for paragraph in new:
        change = by_new.get(paragraph.ordinal)
        here = old[partner[paragraph.ordinal]] if change is None else change.old
        is_in_place = here is not None and not (change and change.is_moved)
        while waiting is not None and is_in_place and _ordinal(waiting.old) < _ordinal(here):
            rows.append(AlignedRow(waiting.old, None, waiting))
            waiting = next(gone, None)
        rows.append(AlignedRow(here, paragraph, change))
    while waiting is not None:
        rows.append(AlignedRow(waiting.old, None, waiting))
        waiting = next(gone, None)
    return rows


def _ordinal(paragraph: Paragraph | None) -> int:
    return paragraph.ordinal if paragraph is not None else -1
