"""The changes from one text to another, paragraph by paragraph.

Paragraphs with equal text (`comparable`) are paired first, then those that share enough words, anywhere; the heaviest chain of
pairs in the same order stayed in place, the others moved. Paragraphs without a partner were added or removed. Pairs that
differ only in numbers and dates are a kind of their own, separate from reworded ones. A paragraph that was split, or merged
with its neighbours, is compared with all its parts.

**Weight** is information. With N words in both texts together and c of them being this word, a word carries
log2(1 + N / c) bits: about 4 for `the`, about 13 for one that stands once among 9,000. A change weighs the sum over the
words that it adds or takes away, those that stand in one of the two texts only counting twice; a number carries 2 bits,
and a paragraph that moved a tenth of its words' bits besides. Sentences that moved from one paragraph to another one weigh a
tenth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import log2
from typing import NamedTuple

from workbench.analysis.filings.matching import common_in_order, heaviest_chain, pair_equal
from workbench.analysis.filings.moved_sentences import moved_sentences
from workbench.analysis.filings.paragraphs import Token, comparable, tokens
from workbench.analysis.filings.regrouping import Features, features_of, regroup
from workbench.domain.filings.changes import Change, ChangeKind, Paragraph, TextDiff, WordRun

# Two paragraphs are versions of one another from this share of common words and pairs of words on (Dice's coefficient),
# or from the smaller one when both stand between the same unchanged neighbours.
_SIMILAR, _SIMILAR_IN_PLACE = 0.45, 0.3
# What more paragraphs hold than this says little about which two belong together, and looking at all would take long.
_COMMON = 24
_CANDIDATES = 8
_NUMBER_BITS = 2.0
_MOVED_SHARE = 0.1


def compare(old: Sequence[Paragraph], new: Sequence[Paragraph], elsewhere: tuple[str, str] = ("", "")) -> TextDiff:
    """All changes from the paragraphs `old` to `new`, most significant first; equal texts give no change.

    A paragraph that was split, and those that were merged, are one on both sides: see `regroup`. `elsewhere` is what the two
    documents say beside, so that sentences which moved to or from there are known.
    """
    old, new = regroup(old, new)
    olds, news = [_Read.of(one) for one in old], [_Read.of(one) for one in new]
    equal = pair_equal([one.key for one in olds], [one.key for one in news])
    pairs = sorted([*equal, *_similar(olds, news, equal)])
    weights = [float(1 + len(olds[one].key) + len(news[other].key)) for one, other in pairs]
    in_place = heaviest_chain(pairs, weights)
    scale = _Scale(olds, news)
    changes: list[Change] = []
    unchanged: list[tuple[int, int]] = []
    for position, (one, other) in enumerate(pairs):
        if olds[one].key != news[other].key:
            changes.append(_changed(olds[one], news[other], scale, is_moved=position not in in_place))
        elif position in in_place:
            unchanged.append((one, other))
        else:
            changes.append(_moved(olds[one], news[other], scale))
    left, right = {one for one, _ in pairs}, {other for _, other in pairs}
    changes += [_alone(one, scale, ChangeKind.REMOVED) for index, one in enumerate(olds) if index not in left]
    changes += [_alone(one, scale, ChangeKind.ADDED) for index, one in enumerate(news) if index not in right]
    changes = [
        _with_moved(change, sentences, scale) if sentences else change
        for change, sentences in zip(changes, moved_sentences(changes, elsewhere), strict=True)
    ]
    changes.sort(key=lambda change: (-change.weight, (change.new or change.old or old[0]).start))
    return TextDiff(tuple(changes), tuple(unchanged), scale.share_of(changes))


@dataclass(frozen=True, slots=True)
class _Read:
    """A paragraph with the features by which it is compared."""

    paragraph: Paragraph
    key: str
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, paragraph: Paragraph) -> _Read:
        return cls(paragraph, comparable(paragraph.text), tuple(tokens(paragraph.text)))

    @property
    def mask(self) -> list[str]:
        return [token.mask for token in self.tokens if not token.text.isspace()]

    @property
    def features(self) -> Features:
        """Its words and pairs of adjacent words."""
        return features_of(self.paragraph.text)


class _Scale:
    """The weight of a change, from the frequency of its words in both texts."""

    def __init__(self, olds: Iterable[_Read], news: Iterable[_Read]) -> None:
        self._old = Counter(token.key.lower() for one in olds for token in one.tokens if token.is_word)
        self._new = Counter(token.key.lower() for one in news for token in one.tokens if token.is_word)
        self._total = self._old.total() + self._new.total()

    def bits(self, words: Iterable[Token]) -> float:
        result = 0.0
        for word in words:
            if word.is_number:
                result += _NUMBER_BITS
            elif word.is_word:
                key = word.key.lower()
                old, new = self._old[key], self._new[key]
                result += log2(1 + self._total / (old + new)) * (1 if old and new else 2)
        return result

    def share_of(self, changes: Iterable[Change]) -> float:
        """The share of the words of both texts that the changes add, remove or replace."""
        touched = 0
        for change in changes:
            if change.words:
                texts = [run.text for run in change.words if run.kind != "same"]
            elif change.kind is ChangeKind.MOVED:
                texts = []
            else:
                texts = [side.text for side in (change.old, change.new) if side]
            touched += sum(token.is_word for text in texts for token in tokens(text))
        return touched / self._total if self._total else 0.0


def _similar(olds: Sequence[_Read], news: Sequence[_Read], equal: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pairs of those without an equal partner that share the most words, each in one pair at most; the most similar first."""
    left, right = {one for one, _ in equal}, {other for _, other in equal}
    mine = {index: one.features for index, one in enumerate(olds) if index not in left}
    theirs = {index: one.features for index, one in enumerate(news) if index not in right}
    holders: dict[tuple[str, ...], list[int]] = {}
    for index, features in theirs.items():
        for feature in features:
            holders.setdefault(feature, []).append(index)
    gap_of_old, gap_of_new = _gaps(len(olds), len(news), equal, olds)
    places: dict[int, list[int]] = {}
    for index in theirs:
        places.setdefault(gap_of_new[index], []).append(index)
    scored = []
    for index, features in mine.items():
        near = places.get(gap_of_old[index], ())[:_COMMON]
        for other in {*near, *_sharing_most(features, holders)}:
            similarity = _dice(features, theirs[other])
            is_in_place = gap_of_old[index] == gap_of_new[other]
            if similarity >= (_SIMILAR_IN_PLACE if is_in_place else _SIMILAR):
                scored.append((-similarity, not is_in_place, abs(index - other), index, other))
    pairs = []
    for *_, index, other in sorted(scored):
        if index not in left and other not in right:
            pairs.append((index, other))
            left.add(index)
            right.add(other)
    return pairs


def _sharing_most(features: Iterable[tuple[str, ...]], holders: dict[tuple[str, ...], list[int]]) -> list[int]:
    shared: Counter[int] = Counter()
    for feature in features:
        result = holders.get(feature, ())
        if len(result) <= _COMMON:
            shared.update(result)
    return [index for index, _ in shared.most_common(_CANDIDATES)]


def _dice(one: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> float:
    fewer, more = sorted((one, other), key=len)
    total = one.total() + other.total()
    return 2 * sum(min(count, more[feature]) for feature, count in fewer.items()) / total if total else 0.0


def _gaps(olds: int, news: int, equal: Sequence[tuple[int, int]], read: Sequence[_Read]) -> tuple[list[int], list[int]]:
    """For each paragraph of either text, the number of unchanged paragraphs in place before it."""
    chain = heaviest_chain(equal, [float(1 + len(read[one].key)) for one, _ in equal])
    old_marks, new_marks = [0] * (olds + 1), [0] * (news + 1)
    for position in chain:
        one, other = equal[position]
        old_marks[one + 1] = new_marks[other + 1] = 1
    return _running(old_marks), _running(new_marks)


def _running(marks: Sequence[int]) -> list[int]:
    result, total = [], 0
    for mark in marks:
        total += mark
        result.append(total)
    return result


def _alone(one: _Read, scale: _Scale, kind: ChangeKind) -> Change:
    old, new = (None, one.paragraph) if kind is ChangeKind.ADDED else (one.paragraph, None)
    return Change(kind, old, new, (), round(scale.bits(one.tokens), 1))


def _with_moved(change: Change, sentences: tuple[str, ...], scale: _Scale) -> Change:
    """The change with its moved sentences, which weigh as little as a paragraph that moved."""
    bits = scale.bits(token for each in sentences for token in tokens(each))
    weight = max(_MOVED_SHARE * bits, change.weight - (1 - _MOVED_SHARE) * bits)
    return replace(change, moved_sentences=sentences, weight=round(weight, 1))


def _moved(old: _Read, new: _Read, scale: _Scale) -> Change:
    weight = _MOVED_SHARE * scale.bits(new.tokens)
    return Change(ChangeKind.MOVED, old.paragraph, new.paragraph, (), round(weight, 1), is_moved=True)


def _changed(old: _Read, new: _Read, scale: _Scale, *, is_moved: bool) -> Change:
    kind = ChangeKind.NUMBERS if old.mask == new.mask else ChangeKind.REWORDED
    stretches = (_of_numbers if kind is ChangeKind.NUMBERS else _of_words)(old.tokens, new.tokens)
    weight = sum(scale.bits([*one.old, *one.new]) for one in stretches if not one.is_same)
    if is_moved:
        weight += _MOVED_SHARE * scale.bits(new.tokens)
    return Change(kind, old.paragraph, new.paragraph, _runs(stretches), round(weight, 1), is_moved)


class _Stretch(NamedTuple):
    """Tokens of both texts that are the same, or those of the old that gave way to those of the new."""

    old: tuple[Token, ...]
    new: tuple[Token, ...]
    is_same: bool


def _of_words(old: tuple[Token, ...], new: tuple[Token, ...]) -> list[_Stretch]:
    """Both token by token, in order. A stretch of both that holds no word of four letters and parts two changes is changed
    with them: `the` alone is no landmark for a reader.
    """
    whole = _joined(_aligned(old, new, common_in_order([t.key for t in old], [t.key for t in new])))
    return _joined(
        stretch._replace(is_same=not 0 < place < len(whole) - 1 or _is_landmark(stretch.new)) if stretch.is_same else stretch
        for place, stretch in enumerate(whole)
    )


def _of_numbers(old: tuple[Token, ...], new: tuple[Token, ...]) -> list[_Stretch]:
    """Both token by token, where each number stands against its successor."""
    return _joined(_aligned(old, new, common_in_order([t.mask for t in old], [t.mask for t in new])))


def _aligned(old: tuple[Token, ...], new: tuple[Token, ...], pairs: Sequence[tuple[int, int]]) -> Iterator[_Stretch]:
    at, there = 0, 0
    for one, other in [*pairs, (len(old), len(new))]:
        if one > at or other > there:
            yield _Stretch(old[at:one], new[there:other], False)
        if one < len(old):
            yield _Stretch(old[one : one + 1], new[other : other + 1], old[one].key == new[other].key)
        at, there = one + 1, other + 1


def _joined(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    return [
        _Stretch(
            tuple(token for one in group for token in one.old), tuple(token for one in group for token in one.new), is_same
        )
        for is_same, group in ((is_same, list(group)) for is_same, group in groupby(stretches, lambda one: one.is_same))
    ]


def _is_landmark(stretch: Sequence[Token]) -> bool:
    return any((token.is_word and len(token.key) >= 4) or "\t" in token.text or "\n" in token.text for token in stretch)


def _runs(stretches: Iterable[_Stretch]) -> tuple[WordRun, ...]:
    word_runs: list[WordRun] = []
    for stretch in stretches:
        if stretch.is_same:
            word_runs.append(WordRun("same", _text(stretch.new)))
            continue
        if stretch.old:
            word_runs.append(WordRun("removed", _text(stretch.old)))
        if stretch.new:
            word_runs.append(WordRun("added", _text(stretch.new)))
    return tuple(word_runs)


def _text(stretch: Iterable[Token]) -> str:
    return "".join(token.text for token in stretch)
