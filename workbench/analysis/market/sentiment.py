"""The tone of a headline by counting words and their direction: a method a reader can check by hand.

The words are the workbench's own, chosen for how markets use them ("beats", "downgrade"). A quantity takes its tone from the
word of direction nearest to it in its clause: `profit falls` is negative, `losses narrow` positive, and `drops probe` as well,
for a probe is gone. A comparison with what was expected says more than both: `sales fall less than feared` is positive. A
negation before a word, up to three words away, turns its tone. The score is
(positive - negative) / (positive + negative), as in the tone measure of Henry (2008, "Are investors influenced by how earnings
press releases are written?").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files

# Another list or rule is another method: scores of two methods are never compared.
METHOD = "workbench-words/4"

_WORDS = {
    name: frozenset(words)
    for name, words in tomllib.loads(
        files("workbench.analysis.market").joinpath("sentiment_words.toml").read_text(encoding="utf-8")
    ).items()
}
_QUANTITIES = _WORDS["good"] | _WORDS["bad"] | _WORDS["threats"]
_DIRECTIONS = _WORDS["up"] | _WORDS["down"] | _WORDS["removing"]
_REACH = 3
# How far from a quantity its word of direction may stand.
_NEAR = 4
_CLAUSE = re.compile(r"[,;:.!?]|\b(?:as|but|despite|after|while|although|and|amid|when)\b")
_EXPECTED = r"(?:expected|forecast|forecasts|estimated|estimates|anticipated|predicted|expectations)"
_COMPARED = re.compile(
    rf"\b(?P<better>better|stronger|faster|higher|more|bigger|larger)\s+than\s+(?:analysts\s+)?{_EXPECTED}\b"
    rf"|\b(?P<worse>worse|weaker|slower|lower|less|smaller|narrower)\s+than\s+(?:analysts\s+)?{_EXPECTED}\b"
    r"|\bthan\s+feared\b"
)
# These turn what follows only as `fails to`.
_TURNING = frozenset(("fail", "fails", "failed", "refuse", "refuses", "refused"))


def sentiment(*texts: str | None) -> float | None:
    """The tone of the texts together, -1 (negative) to 1 (positive), in hundredths; None when no word of the lists occurs."""
    tones = [
        tone
        for text in texts
        for clause in _CLAUSE.split((text or "").lower())
        for tone in _compared(clause) or _tones(_words_of(clause))
    ]
    return round(sum(tones) / len(tones), 2) if tones else None


def _words_of(clause: str) -> list[str]:
    return re.findall(r"[a-z]+(?:['’]t)?", clause)


def _compared(clause: str) -> list[int]:
    """The tone of a comparison with what was expected or feared: of a bad quantity, less is better. Empty without one."""
    match = _COMPARED.search(clause)
    if match is None:
        return []
    if not (match["better"] or match["worse"]):
        return [1]  # feared
    is_bad = any(word in _WORDS["bad"] for word in _words_of(clause))
    # `better` and `worse` say themselves which they are, of any quantity.
    is_turned = is_bad and match["better"] != "better" and match["worse"] != "worse"
    return [1 if bool(match["better"]) != is_turned else -1]


def _tones(words: Sequence[str]) -> list[int]:
    """The tones, 1 or -1, of a clause: of its quantities, each with its direction, and of other words."""
    used: set[int] = set()
    tones: list[int] = []
    for place, word in enumerate(words):
        # Of a compound (`bankruptcy fears`) the last word is what it is about.
        if word not in _QUANTITIES or place in used or (place + 1 < len(words) and words[place + 1] in _QUANTITIES):
            if word in _QUANTITIES:
                used.add(place)
            continue
        direction = _direction(words, place, used)
        tone = _tone(word, words[direction] if direction is not None else None)
        if tone:
            places = {place} if direction is None else {place, direction}
            used |= places
            tones.append(tone * (-1 if any(_is_turned(words, each) for each in places) else 1))
    for place, word in enumerate(words):
        if place in used or (word in _TURNING and words[place + 1 : place + 2] == ["to"]):
            continue
        tone = (word in _WORDS["positive"]) - (word in _WORDS["negative"])
        if tone:
            tones.append(-tone if _is_turned(words, place) else tone)
    return tones


def _direction(words: Sequence[str], place: int, used: set[int]) -> int | None:
    # A threat is over or not: `suit over merger` does not say that it is less.
    directions = _WORDS["removing"] if words[place] in _WORDS["threats"] else _DIRECTIONS
    near = [
        other
        for other in range(max(0, place - _NEAR), min(len(words), place + _NEAR + 1))
        if other != place and other not in used and words[other] in directions
    ]
    return min(near, key=lambda other: (abs(other - place), other), default=None)


def _tone(quantity: str, direction: str | None) -> int:
    if quantity in _WORDS["threats"]:
        return 1 if direction in _WORDS["removing"] else -1
    if quantity in _WORDS["bad"]:
        return 1 if direction in _WORDS["down"] else -1
    if direction is None:
        return 0
    return 1 if direction in _WORDS["up"] else -1 if direction in _WORDS["down"] else 0


def _is_turned(words: Sequence[str], place: int) -> bool:
    """Whether a negation, or `fails to`, stands up to three words before."""
    return any(
        words[other] in _WORDS["negations"]
        or words[other].endswith(("'t", "’t"))
        or (words[other] in _TURNING and words[other + 1] == "to")
        for other in range(max(0, place - _REACH), place)
    )
