"""The tone of a headline by counting words: a method a reader can check by hand.

The words are the workbench's own, chosen for how markets use them ("beats", "downgrade"); a word of the list within three
words after a negation counts for the other side. The score is (positive - negative) / (positive + negative), as in the
tone measure of Henry (2008, "Are investors influenced by how earnings press releases are written?").
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

# Another list or rule is another method: scores of two methods are never compared.
METHOD = "workbench-words/1"

_WORDS = tomllib.loads(files("workbench.analysis.market").joinpath("sentiment_words.toml").read_text(encoding="utf-8"))
_POSITIVE = frozenset(_WORDS["positive"])
_NEGATIVE = frozenset(_WORDS["negative"])
_NEGATIONS = frozenset(_WORDS["negations"])
_REACH = 3


def sentiment(*texts: str | None) -> float | None:
    """The tone of the texts together, -1 (negative) to 1 (positive), in hundredths; None when no word of the lists occurs."""
    positive = negative = 0
    for text in texts:
        words = re.findall(r"[a-z]+(?:['’]t)?", (text or "").lower())
        for place, word in enumerate(words):
            if word not in _POSITIVE and word not in _NEGATIVE:
                continue
            before = words[max(0, place - _REACH) : place]
            is_negated = any(other in _NEGATIONS or other.endswith(("'t", "’t")) for other in before)
            if (word in _POSITIVE) != is_negated:
                positive += 1
            else:
                negative += 1
    counted = positive + negative
    return round((positive - negative) / counted, 2) if counted else None
