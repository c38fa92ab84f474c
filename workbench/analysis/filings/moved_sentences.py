"""Sentences that left one paragraph and stand in another one: moved, not removed here and added there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.analysis.filings.paragraphs import comparable
from workbench.domain.filings.changes import Change, Paragraph

# Shorter ones (`None.`, `See above.`) stand in many places.
_FEWEST_WORDS = 8
_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z“\"(])|\n")


def moved_sentences(changes: Sequence[Change]) -> list[tuple[str, ...]]:
    """For each change its sentences that another change has in the other version, as printed; tables have none."""
    gone = [_sentences(change.old) for change in changes]
    come = [_sentences(change.new) for change in changes]
    left = [{key: text for key, text in old.items() if key not in new} for old, new in zip(gone, come, strict=True)]
    arrived = [{key: text for key, text in new.items() if key not in old} for old, new in zip(gone, come, strict=True)]
    moved = {key for own in left for key in own} & {key for own in arrived for key in own}
    return [
        tuple(text for key, text in (own_left | own_arrived).items() if key in moved)
        for own_left, own_arrived in zip(left, arrived, strict=True)
    ]


def _sentences(paragraph: Paragraph | None) -> dict[str, str]:
    """The longer sentences by what compares them."""
    if paragraph is None or "\t" in paragraph.text:
        return {}
    sentences = (sentence.strip() for sentence in _END.split(paragraph.text))
    return {comparable(each).casefold(): each for each in sentences if len(each.split()) >= _FEWEST_WORDS}
