"""Reads a question for figures: the lines or ratios of companies and periods that it asks for, if it asks for nothing else.

The words are those of claims, and some that only questions have. Every word must be known: another one may turn the figure
that is asked for into a part of it (of a segment, a product, a country) or into something that no statement has.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product
from typing import TypeVar

from workbench.domain.identity import Company
from workbench.domain.measures.ratios import names_in, ratio_definitions
from workbench.domain.statements.statement import PeriodKind
from workbench.domain.verification import claim_words as words
from workbench.domain.verification.claim import Claim, NamedCompany, Unclear
from workbench.domain.verification.measure_names import NamedMeasure
from workbench.domain.verification.sentence_names import Mention, SentenceNames, without
from workbench.domain.verification.stated_periods import StatedPeriod

MOST_FIGURES = 12
_T = TypeVar("_T")
_QUESTION_WORDS = frozenset((
    "and", "or", "vs", "both", "each", "respectively", "compare", "compares", "comparing", "comparison", "between", "give",
    "tell", "find", "get", "list", "me", "my", "provide", "calculate", "compute", "what's", "whats", "how's", "million",
    "millions", "billion", "billions", "thousand", "thousands", "higher", "lower", "bigger", "larger", "greater", "smaller",
))  # fmt: skip
# Questions for reasons and descriptions, which text answers.
_SEEKS_TEXT = re.compile(
    r"\b(?:why|explain\w*|describ\w*|discuss\w*|reasons?|drivers?|dr[io]ves?|driven|causes?d?|factors?|impact\w*|affect\w*)\b",
    re.IGNORECASE,
)
# Two names of a kind are both asked for only if such a word joins them: not "revenue from Apple", "goodwill to assets".
_JOINING = frozenset(("and", "or", "vs", "versus", "than", "compare", "compared", "comparing", "against"))
_BESIDE_JOINING = frozenset((
    "what", "what's", "was", "were", "is", "are", "did", "does", "do", "have", "had", "has", "the", "its", "their", "of",
    "for", "in", "at", "how", "much", "with", "to", "that", "those", "its", "both", "higher", "lower", "bigger", "larger",
    "greater", "smaller", "s", "company", "report", "reported",
))  # fmt: skip
# Before a company: it is the other party of a transaction, not whose figure it is.
_OTHER_PARTY = re.compile(r"\b(?:from|to|with)\s+(?:the\s+)?$", re.IGNORECASE)
_ITS_REPORT = re.compile(
    r"\s*(?:annual\s+|quarterly\s+)?(?:10-[KQ]|20-F|40-F|reports?|filings?|(?:financial\s+)?statements?)\b", re.IGNORECASE
)
_RANGE = re.compile(r"\b(?:between|from|since|through)\s+(?:the\s+)?$", re.IGNORECASE)
_COMPARING = re.compile(r"\b(?:higher|lower)\b", re.IGNORECASE)
# Known words that say nothing of a claim, and of a question that a figure moved.
_MOVED = frozenset(("up", "down", "higher", "lower"))
_NEWEST = re.compile(
    r"\b(?:(?:the|its|their)\s+)?(?:last|latest|newest|most\s+recent)\s+(?:(?:reported|completed|full)\s+)?"
    r"(?:(?P<annual>(?:fiscal\s+)?year)|(?P<quarterly>(?:fiscal\s+)?quarter)|(?P<trailing>(?:twelve|12)\s+months))\b"
    r"|\b(?P<ttm>TTM|LTM|trailing[- ](?:twelve|12)[- ]months)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NotLoadedName:
    """The stretch [start, end) of a question that names a company without figures here."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """The figures that a question asks for: a claim without a number each, by measure, company and period in this order.

    A period without a year and a day is the newest one. `unclear` with `unclear_text` says why there is none.
    """

    claims: tuple[Claim, ...]
    unclear: Unclear | None = None
    unclear_text: str = ""


@dataclass(frozen=True, slots=True)
class QuestionScope:
    """What is chosen beside the question: its companies if it names none, its fiscal year if it names no period."""

    companies: tuple[Company, ...] = ()
    fiscal_year: int | None = None


def read_question(
    text: str, companies: Sequence[NamedCompany], absent: Sequence[NotLoadedName] = (), scope: QuestionScope | None = None
) -> FigureQuestion | None:
    """The figures that the question asks for, in which `companies` and `absent` ones are named; None if it asks for none.

    `unclear` where a measure and a company are named, but which figure is meant is unclear.
    """
    text = text.replace("’", "'").replace("\xa0", " ")
    if _SEEKS_TEXT.search(text):
        return None
    asked = _Asked.of(text, companies, absent, scope or QuestionScope())
    if not asked.measures or not asked.parties:
        return None
    unknown = asked.unknown_words()
    if unknown:
        problem = (Unclear.WORDS_NOT_UNDERSTOOD, " ".join(unknown))
        return FigureQuestion((), *problem) if asked.periods else None
    if (unclear := asked.problem()) is not None:
        return FigureQuestion((), unclear)
    return FigureQuestion(tuple(asked.claims()))


@dataclass(frozen=True, slots=True)
class _Party:
    """A company that is asked about; one that is chosen beside the question has no place in it."""

    text: str
    company: Company | None
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question names. `rest` is the question with spaces in the place of all names."""

    text: str
    rest: str
    parties: tuple[_Party, ...]
    measures: tuple[NamedMeasure, ...]
    periods: tuple[StatedPeriod, ...]
    is_growth: bool

    @classmethod
    def of(cls, text: str, companies: Sequence[NamedCompany], absent: Sequence[NotLoadedName], scope: QuestionScope) -> _Asked:
        masked = text
        for each in absent:
            masked = f"{masked[: each.start]}{' ' * (each.end - each.start)}{masked[each.end :]}"
        names = SentenceNames.of(masked, companies)
        parties = [_Party(text[each.start : each.end], each.company, each.start, each.end) for each in names.companies]
        parties += [_Party(each.text, None, each.start, each.end) for each in absent]
        parties = sorted(parties, key=lambda each: each.start) or [_Party("", each) for each in scope.companies]
        periods, rest = _periods(names)
        if not periods and scope.fiscal_year is not None:
            periods = [StatedPeriod(str(scope.fiscal_year), -1, -1, PeriodKind.ANNUAL, scope.fiscal_year)]
        figures = len(_distinct(parties)) * len(_distinct(periods))
        comparing = bool(_COMPARING.search(rest)) and figures > 1
        is_growth = bool(words.MOVEMENT.search(rest)) and not comparing
        return cls(text, rest, tuple(parties), names.measures, tuple(periods), is_growth)

    def unknown_words(self) -> list[str]:
        """The words that are neither names nor words of a question; a movement is one if it has no growth rate."""
        rest = words.SOURCE.sub(_blank, self.rest)
        kinds = {each.kind for each in self.periods}
        for kind, pattern in ((PeriodKind.ANNUAL, r"\bannual\b"), (PeriodKind.QUARTERLY, r"\bquarterly\b")):
            rest = re.sub(pattern, _blank, rest, flags=re.IGNORECASE) if kinds == {kind} else rest
        if self.is_growth and self._growth_measure() is not None:
            rest = words.MOVEMENT.sub(_blank, words.YEAR_BEFORE.sub(_blank, rest))
        known = words.SAYING_NOTHING | _QUESTION_WORDS
        return [
            word
            for word in words.WORD.findall(rest)
            if word.lower().rstrip(".").removesuffix("'s") not in known - (_MOVED if self.is_growth else frozenset())
        ]

    def problem(self) -> Unclear | None:
        """Why it is unclear which figures are meant, although every word is known."""
        if not self.periods:
            return Unclear.NO_PERIOD
        placed = [each for each in self.parties if each.start >= 0]
        if not self._are_joined(placed) or self._has_other_party(placed):
            return Unclear.SEVERAL_COMPANIES
        if not self._are_joined(self.measures):
            return Unclear.SEVERAL_MEASURES
        if not self._are_joined(self.periods) or _RANGE.search(self.rest[: max(self.periods[0].start, 0)]):
            return Unclear.SEVERAL_PERIODS
        counts = [(len(_distinct(each)), reason) for each, reason in (
            (self.parties, Unclear.SEVERAL_COMPANIES), (self.measures, Unclear.SEVERAL_MEASURES),
            (self.periods, Unclear.SEVERAL_PERIODS),
        )]  # fmt: skip
        is_too_many = counts[0][0] * counts[1][0] * counts[2][0] > MOST_FIGURES
        return max(counts, key=lambda each: each[0])[1] if is_too_many else None

    def claims(self) -> list[Claim]:
        """The figures that are asked for."""
        measures = [growth] if self.is_growth and (growth := self._growth_measure()) else _distinct(self.measures)
        return [
            Claim(
                party.text, party.company, measure, period, unclear=Unclear.NO_VALUE if party.company else Unclear.NO_COMPANY,
                unclear_text="" if party.company else party.text,
            )
            for measure, party, period in product(measures, _distinct(self.parties), _distinct(self.periods))
        ]  # fmt: skip

    def _growth_measure(self) -> NamedMeasure | None:
        """The growth rate of the only measure, if there is one."""
        only = _distinct(self.measures)
        growth = _growth_rates().get(only[0].senses[0]) if len(only) == 1 else None
        return None if growth is None else replace(only[0], senses=(growth,), is_negated=False)

    def _has_other_party(self, placed: Sequence[_Party]) -> bool:
        first = placed[0] if placed else None
        if first is None or _ITS_REPORT.match(self.rest, first.end):
            return False
        return bool(_OTHER_PARTY.search(self.rest[: first.start]))

    def _are_joined(self, mentions: Sequence[Mention | _Party]) -> bool:
        """Whether the names of one kind are listed or compared, or are the same name again."""
        for one, other in pairwise(mentions):
            if _identity(one) == _identity(other) and (one.start, one.end) != (other.start, other.end):
                continue
            between = self.rest[one.end : other.start].lower()
            listed = [word.rstrip(".") for word in words.WORD.findall(between)]
            has_joint = bool(_JOINING & set(listed)) or bool(re.search(r"[,/&]", between))
            is_listed = set(listed) <= _JOINING | _BESIDE_JOINING and not ("to" in listed and "compared" not in listed)
            if one.start == other.start or not (has_joint and is_listed) or "-" in between or "–" in between:
                return False
        return True


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _periods(names: SentenceNames) -> tuple[list[StatedPeriod], str]:
    """The periods that are asked for, and the rest of the question without them."""
    newest = _newest(names.masked)
    if not names.periods:
        return newest, without(names.masked, newest)
    if (
        len(names.periods) == len(newest) == 1
        and newest[0].kind is PeriodKind.TTM
        and names.periods[0].kind is not PeriodKind.ANNUAL
    ):
        # "TTM revenue to September 30, 2023"
        return [replace(names.periods[0], kind=PeriodKind.TTM)], without(names.masked, newest)
    return list(names.periods), names.masked


def _newest(text: str) -> list[StatedPeriod]:
    """The newest year, quarter or twelve months, as "last year" asks for it: a period without year and day."""
    kinds = {"annual": PeriodKind.ANNUAL, "quarterly": PeriodKind.QUARTERLY}
    return [
        StatedPeriod(match.group(), match.start(), match.end(), kinds.get(match.lastgroup or "", PeriodKind.TTM))
        for match in _NEWEST.finditer(text)
    ]


def _identity(mention: object) -> Hashable:
    if isinstance(mention, NamedMeasure):
        return mention.senses
    if isinstance(mention, StatedPeriod):
        return mention.key
    return (mention.company.cik if mention.company else mention.text) if isinstance(mention, _Party) else None


def _distinct(mentions: Sequence[_T]) -> list[_T]:
    return list({_identity(each): each for each in reversed(mentions)}.values())[::-1]


@cache
def _growth_rates() -> dict[str, str]:
    """The line of each growth rate, and the rate."""
    rates = [rate for rate in ratio_definitions().values() if rate.name.endswith("_growth")]
    return {line: rate.name for rate in rates for line in set(names_in(rate.expression))}
