"""Reads the claims of a sentence: each number with the company, measure and period that the sentence gives it.

A sentence is divided into one stretch for each number; what a stretch does not name is carried over from its neighbours.
Nothing is guessed: a stretch with a word that is not understood, or with two companies, measures or periods, is unclear.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import measures
from workbench.domain.verification import claim_words as words
from workbench.domain.verification.claim import Base, Claim, NamedCompany, ReadSentence, Role, Unclear
from workbench.domain.verification.measure_names import NamedMeasure
from workbench.domain.verification.sentence_names import SentenceNames, without
from workbench.domain.verification.stated_periods import StatedPeriod
from workbench.domain.verification.stated_values import StatedValue, ValueUnit

_Problem = tuple[Unclear, str] | None
_T = TypeVar("_T")


def read_sentence(text: str, companies: Sequence[NamedCompany]) -> ReadSentence:
    """The claims of a sentence, in which `companies` are named: one for each number, or one if it states no number."""
    text = text.replace("’", "'").replace("\xa0", " ")
    reason = words.REASON_CLAUSE.search(text)
    judged = text[: reason.start()] if reason else text
    names = SentenceNames.of(judged, [each for each in companies if each.end <= len(judged)])
    stretches = _stretches(judged, names)
    claims: list[Claim] = []
    for number, stretch in enumerate(stretches):
        claims.append(_claim(judged, names, stretch, claims, stretches[number + 1 :]))
    return ReadSentence(tuple(claims), text[len(judged) :].strip(" ,;"))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The words [start, end) of a sentence that belong to one number; `joint` is the word between it and the number before."""

    start: int
    end: int
    value: StatedValue | None
    joint: str = ""

    def own(self, mentions: Iterable[_T]) -> list[_T]:
        return [each for each in mentions if self.start <= each.start < self.end]  # type: ignore[attr-defined]


def _stretches(text: str, names: SentenceNames) -> list[_Stretch]:
    if not names.values:
        return [_Stretch(0, len(text), None)]
    stretches: list[_Stretch] = []
    start, joint = 0, ""
    for value, following in zip(names.values, (*names.values[1:], None), strict=True):
        end, next_joint = len(text), ""
        if following is not None:
            boundary = words.BOUNDARY.search(names.masked, value.end, following.start)
            end = boundary.start() if boundary else following.start
            next_joint = boundary.group().lower() if boundary else ""
        stretches.append(_Stretch(start, end, value, joint))
        start, joint = end, next_joint
    return stretches


def _claim(text: str, names: SentenceNames, stretch: _Stretch, before: Sequence[Claim], after: Sequence[_Stretch]) -> Claim:
    last = before[-1] if before else None
    company, no_company = _chosen(
        [each.company for each in stretch.own(names.companies)],
        last.company if last else None,
        [each.company for each in names.companies],
        (Unclear.NO_COMPANY, Unclear.SEVERAL_COMPANIES),
    )
    measure, no_measure = _chosen(
        stretch.own(names.measures),
        last.measure if last else None,
        names.measures,
        (Unclear.NO_MEASURE, Unclear.SEVERAL_MEASURES),
    )
    moved = _movement(names, stretch, last)
    role = _role(names, stretch, moved, measure)
    period, earlier, no_period = _periods(names, stretch, role, last, after)
    is_named_later = not stretch.own(names.measures) and last is None
    unknown = [word for each in (stretch, *(after if is_named_later else ())) for word in _unknown_words(names, each)]
    problem = (
        _not_understood(unknown, no_company)
        or _carried_problem(names, stretch, last)
        or no_company
        or no_measure
        or no_period
        or ((Unclear.NO_VALUE, "") if stretch.value is None and not moved.direction else None)
        or ((Unclear.ROLE_UNCLEAR, "") if role is None else None)
        or (None, "")
    )
    claim = Claim(text[stretch.start : stretch.end].strip(" ,;:.?!("), value=stretch.value, unclear=problem[0])
    return replace(
        claim,
        company=company,
        measure=measure,
        period=period,
        role=role or Role.LEVEL,
        direction=moved.direction,
        base=moved.base,
        earlier_period=earlier,
        unclear_text=problem[1],
    )


def _carried_problem(names: SentenceNames, stretch: _Stretch, last: Claim | None) -> _Problem:
    """What was not understood of the measure that a stretch takes over: "services revenue was 96 billion and 85 billion"."""
    is_carried = last is not None and last.unclear is Unclear.WORDS_NOT_UNDERSTOOD and not stretch.own(names.measures)
    return (last.unclear, last.unclear_text) if last is not None and last.unclear and is_carried else None


def _chosen(
    own: Sequence[_T], carried: _T | None, anywhere: Sequence[_T], problems: tuple[Unclear, Unclear]
) -> tuple[_T | None, _Problem]:
    """The one that a stretch names, else the one carried over, else the only one of the sentence."""
    for mentions in (own, () if carried is None else (carried,), anywhere):
        distinct = {_identity(each): each for each in reversed(mentions)}
        if len(distinct) == 1:
            return next(iter(distinct.values())), None
        if distinct:
            return None, (problems[1], "")
    return None, (problems[0], "")


def _identity(mention: object) -> Hashable:
    """What is named, without the words and their place."""
    if isinstance(mention, NamedMeasure):
        return mention.senses, mention.is_negated
    return mention.cik if isinstance(mention, Company) else None


@dataclass(frozen=True, slots=True)
class _Movement:
    """Whether the words of a stretch say that something rose (+1) or fell (-1), and from when; `is_mixed`: both."""

    direction: int
    base: Base | None
    is_mixed: bool = False


def _words_of(names: SentenceNames, stretch: _Stretch) -> str:
    """The sentence with spaces for all but the words of a stretch, without its number."""
    text = names.masked if stretch.value is None else without(names.masked, [stretch.value])
    return " " * stretch.start + text[stretch.start : stretch.end]


def _movement(names: SentenceNames, stretch: _Stretch, last: Claim | None) -> _Movement:
    text = _words_of(names, stretch)
    base = Base.YEAR_BEFORE if words.YEAR_BEFORE.search(text) else None
    base = Base.PERIOD_BEFORE if words.PERIOD_BEFORE.search(text) else base
    directions = {1 if match["up"] else -1 for match in words.MOVEMENT.finditer(text)}
    if not directions and last is not None and stretch.joint in ("to", "from"):
        return _Movement(last.direction, base or last.base)
    return _Movement(next(iter(directions), 0), base, is_mixed=len(directions) > 1)


def _role(names: SentenceNames, stretch: _Stretch, moved: _Movement, measure: NamedMeasure | None) -> Role | None:
    """What the number of a stretch is; None if its words leave that open."""
    value = stretch.value
    # Two numbers with no word between them that parts them: the first may be a part of a name (Level 3 assets).
    if moved.is_mixed or (stretch.start and not stretch.joint):
        return None
    if value is None:
        return Role.DIRECTION if moved.direction else Role.LEVEL
    prefix = names.masked[stretch.start : value.start]
    if words.FROM_VALUE.search(prefix):
        return Role.EARLIER
    if moved.direction:
        return _role_in_movement(prefix, names.masked[value.end : stretch.end], value, measure)
    if value.unit is ValueUnit.POINTS:
        return None
    return Role.EARLIER if moved.base and not stretch.own(names.periods) else Role.LEVEL


def _role_in_movement(before: str, after: str, value: StatedValue, measure: NamedMeasure | None) -> Role | None:
    """What a number is beside a word of movement: "rose to 5", "rose by 5", "5 % higher", "rose in fiscal 2024 5 %"."""
    if value.unit is ValueUnit.POINTS or words.BY_VALUE.search(before) or words.MOVEMENT.match(after.lstrip()):
        return Role.CHANGE
    if words.TO_VALUE.search(before):
        return Role.LEVEL
    is_share = measure is not None and any(measures()[sense].unit in ("pct", "ratio") for sense in measure.senses)
    return Role.CHANGE if value.unit is ValueUnit.PERCENT and not is_share else None


def _periods(
    names: SentenceNames, stretch: _Stretch, role: Role | None, last: Claim | None, after: Sequence[_Stretch]
) -> tuple[StatedPeriod | None, StatedPeriod | None, _Problem]:
    """The period of a claim, the one that its change starts from where that is named, and what is unclear about them."""
    own, bases = _own_periods(names, stretch)
    if len({each.key for each in own}) > 1 or len({each.key for each in bases}) > 1:
        return None, None, (Unclear.SEVERAL_PERIODS, "")
    named, base = own[0] if own else None, bases[0] if bases else None
    if role is Role.EARLIER:
        later = last.period if last is not None else _following_period(names, after, joints=("to",))
        problem = None if named or base or later else (Unclear.NO_PERIOD, "")
        return later, named or base, problem
    period = named or (last.period if last is not None else None) or _following_period(names, after, joints=("to",))
    if period is None:
        elsewhere = {each.key: each for each in _level_periods(names, after)}
        if len(elsewhere) > 1:
            return None, None, (Unclear.SEVERAL_PERIODS, "")
        period = next(iter(elsewhere.values()), None)
    return period, base, None if period else (Unclear.NO_PERIOD, "")


def _own_periods(names: SentenceNames, stretch: _Stretch) -> tuple[list[StatedPeriod], list[StatedPeriod]]:
    """The periods that a stretch names, and those of them that a change starts from."""
    own: list[StatedPeriod] = []
    bases: list[StatedPeriod] = []
    for each in stretch.own(names.periods):
        is_base = words.FROM_PERIOD.search(names.masked[stretch.start : each.start])
        (bases if is_base else own).append(each)
    # "fiscal 2024 (ended September 28, 2024)" names one period twice.
    labelled = [each for each in own if each.kind is not None]
    days = [each for each in own if each.kind is None]
    if len(labelled) == 1 and len(days) == 1 and labelled[0].last_day is None:
        own = [replace(labelled[0], last_day=days[0].last_day, text=f"{labelled[0].text} ({days[0].text})")]
    return own, bases


def _following_period(names: SentenceNames, after: Sequence[_Stretch], *, joints: tuple[str, ...]) -> StatedPeriod | None:
    """The period of the next stretch where the two numbers are joined, as in "2 % to 391 billion in fiscal 2024"."""
    if not after or after[0].joint not in joints:
        return None
    own, _ = _own_periods(names, after[0])
    return own[0] if len(own) == 1 else None


def _level_periods(names: SentenceNames, after: Sequence[_Stretch]) -> list[StatedPeriod]:
    """Periods that later stretches name for their own figure, without those of "from 383 billion in fiscal 2023"."""
    result = []
    for stretch in after:
        prefix = names.masked[stretch.start : stretch.value.start] if stretch.value else ""
        if not words.FROM_VALUE.search(prefix):
            result += _own_periods(names, stretch)[0]
    return result


def _unknown_words(names: SentenceNames, stretch: _Stretch) -> list[str]:
    text = _words_of(names, stretch)
    for pattern in (words.SOURCE, words.YEAR_BEFORE, words.PERIOD_BEFORE, words.MOVEMENT):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return [word for word in words.WORD.findall(text) if word.lower().rstrip(".") not in words.SAYING_NOTHING]


def _not_understood(unknown: Sequence[str], no_company: _Problem) -> _Problem:
    if not unknown:
        return None
    text = " ".join(unknown)
    is_name = no_company is not None and no_company[0] is Unclear.NO_COMPANY and all(word[0].isupper() for word in unknown)
    return (Unclear.NO_COMPANY, text) if is_name else (Unclear.WORDS_NOT_UNDERSTOOD, text)
