"""Paragraphs that one version of a text has as one and the other as several: taken together, so that they can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from workbench.analysis.filings.matching import pair_equal
from workbench.analysis.filings.paragraphs import comparable, tokens
from workbench.domain.filings.changes import Paragraph

Features = Counter[tuple[str, ...]]
# A part says little else than the whole, and the parts together most of it: shares of their words and pairs of words.
_WITHIN, _COVERED = 0.75, 0.75
# By how much the parts together must be more like the whole than the best of them alone.
_GAIN = 0.1
_FEWEST_WORDS, _FEWEST_WORDS_OF_WHOLE = 5, 24
_MOST_PARTS = 8
# What more paragraphs hold than this says little about which belong together, and looking at all would take long.
_COMMON, _CANDIDATES = 24, 8


def features_of(text: str) -> Features:
    """The words of a paragraph and its pairs of adjacent words; all numbers count as equal."""
    words = [token.mask.lower() for token in tokens(text) if token.is_word or token.is_number]
    return Counter([*((word,) for word in words), *pairwise(words)])


def regroup(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """Both versions, in which neighbours are one paragraph where the other version has them in one; numbered anew.

    The text of such a paragraph has a line feed between its parts. Tables and paragraphs that both versions have stay as they
    are. Takes time in proportion to the length of both.
    """
    equal = pair_equal([comparable(one.text) for one in old], [comparable(one.text) for one in new])
    olds, news = _open(old, {one for one, _ in equal}), _open(new, {other for _, other in equal})
    split = _runs(olds, news)
    taken = {part for run in split for part in run.parts}
    wholes = {run.whole for run in split}
    merged = _runs(
        {index: each for index, each in news.items() if index not in taken},
        {index: each for index, each in olds.items() if index not in wholes},
    )
    return _joined(old, merged), _joined(new, split)


class _Run(NamedTuple):
    """A paragraph of one version, and the neighbours of the other that are its parts."""

    whole: int
    parts: tuple[int, ...]
    gain: float


def _open(paragraphs: Sequence[Paragraph], paired: set[int]) -> dict[int, Features]:
    """The features of the paragraphs that the other version does not have."""
    results = {}
    for index, each in enumerate(paragraphs):
        if index not in paired and "\t" not in each.text:
            features = features_of(each.text)
            if _words(features) >= _FEWEST_WORDS:
                results[index] = features
    return results


def _runs(wholes: Mapping[int, Features], parts: Mapping[int, Features]) -> list[_Run]:
    """The wholes whose parts stand side by side in the other version, each paragraph in one run; the clearest first."""
    holders: dict[tuple[str, ...], list[int]] = {}
    for index, features in wholes.items():
        if _words(features) >= _FEWEST_WORDS_OF_WHOLE:
            for feature in features:
                holders.setdefault(feature, []).append(index)
    within: dict[int, list[int]] = {}
    for part, features in parts.items():
        for whole in _sharing_most(features, holders):
            if _shared(features, wholes[whole]) >= _WITHIN * features.total():
                within.setdefault(whole, []).append(part)
    runs = [run for whole, own in within.items() if (run := _best_run(whole, own, wholes[whole], parts))]
    results: list[_Run] = []
    taken: set[int] = set()
    for run in sorted(runs, key=lambda run: (-run.gain, run.whole)):
        if taken.isdisjoint(run.parts):
            results.append(run)
            taken.update(run.parts)
    return results


def _best_run(whole: int, own: Sequence[int], features: Features, parts: Mapping[int, Features]) -> _Run | None:
    """The neighbours that together are most like the whole; None if one alone is nearly as much like it."""
    best: _Run | None = None
    for run in _neighbours(sorted(own)):
        if not 1 < len(run) <= _MOST_PARTS:
            continue
        joined: Features = Counter()
        for part in run:
            joined.update(parts[part])
        alone = max(_likeness(parts[part], features) for part in run)
        gain = _likeness(joined, features) - alone
        is_covered = _shared(joined, features) >= _COVERED * features.total()
        if is_covered and gain >= _GAIN and (best is None or gain > best.gain):
            best = _Run(whole, tuple(run), gain)
    return best


def _neighbours(indices: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for index in indices:
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _joined(paragraphs: Sequence[Paragraph], runs: Sequence[_Run]) -> list[Paragraph]:
    ends = {run.parts[0]: run.parts[-1] for run in runs}
    results: list[Paragraph] = []
    index = 0
    while index < len(paragraphs):
        last = ends.get(index, index)
        own = paragraphs[index : last + 1]
        results.append(Paragraph(len(results), own[0].start, own[-1].end, "\n".join(each.text for each in own)))
        index = last + 1
    return results


def _sharing_most(features: Features, holders: Mapping[tuple[str, ...], Sequence[int]]) -> list[int]:
    shared: Counter[int] = Counter()
    for feature in features:
        own = holders.get(feature, ())
        if len(own) <= _COMMON:
            shared.update(own)
    return [index for index, _ in shared.most_common(_CANDIDATES)]


def _shared(one: Features, other: Features) -> int:
    return sum(min(count, other[feature]) for feature, count in one.items())


def _likeness(one: Features, other: Features) -> float:
    """Dice's coefficient."""
    return 2 * _shared(one, other) / (one.total() + other.total())


def _words(features: Features) -> int:
    return sum(count for feature, count in features.items() if len(feature) == 1)
