"""Sentences that left one paragraph and stand in another one, or in another item: moved, not removed here and added there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.analysis.filings.paragraphs import comparable
from workbench.domain.filings.changes import Change, Paragraph

# Shorter ones (`None.`, `See above.`) stand in many places.
_FEWEST_WORDS = 8
_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z“\"(])|\n")


def moved_sentences(changes: Sequence[Change], elsewhere: tuple[str, str] = ("", "")) -> list[tuple[str, ...]]:
    """For each change its sentences that another change has in the other version, as printed; tables have none.

    So are sentences that left for another item, or came from one: `elsewhere` is what the documents of the old and the new
    version say outside of this one. A sentence that stands there in both has not moved.
    """
    gone = [_sentences(change.old) for change in changes]
    come = [_sentences(change.new) for change in changes]
    left = [{key: text for key, text in old.items() if key not in new} for old, new in zip(gone, come, strict=True)]
    arrived = [{key: text for key, text in new.items() if key not in old} for old, new in zip(gone, come, strict=True)]
    gone_keys, come_keys = {key for own in left for key in own}, {key for own in arrived for key in own}
    before, after = (comparable(text).casefold() for text in elsewhere)
    moved = gone_keys & come_keys
    moved |= {key for key in gone_keys - come_keys if key in after and key not in before}
    moved |= {key for key in come_keys - gone_keys if key in before and key not in after}
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
