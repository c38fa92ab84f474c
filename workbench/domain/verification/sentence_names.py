"""The companies, measures, periods and numbers that a sentence names, and the sentence without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.domain.verification.claim import NamedCompany
from workbench.domain.verification.measure_names import NamedMeasure, measures_in
from workbench.domain.verification.stated_periods import StatedPeriod, periods_in
from workbench.domain.verification.stated_values import StatedValue, values_in

Mention = NamedCompany | NamedMeasure | StatedPeriod | StatedValue


@dataclass(frozen=True, slots=True)
class SentenceNames:
    """What a sentence names; `masked` is the sentence with spaces in the place of companies, measures and periods."""

    companies: tuple[NamedCompany, ...]
    measures: tuple[NamedMeasure, ...]
    periods: tuple[StatedPeriod, ...]
    values: tuple[StatedValue, ...]
    masked: str

    @classmethod
    def of(cls, text: str, companies: Sequence[NamedCompany]) -> SentenceNames:
        """What the text names, in which `companies` are named; a name within a longer one of another kind is none."""
        periods, named = periods_in(text), measures_in(text)
        others: list[Mention] = [*periods, *named]
        own = [each for each in companies if not any(_is_within(each, other) for other in others)]
        named = [each for each in named if not any(_is_within(each, other) for other in own)]
        masked = without(text, [*periods, *named, *own])
        return cls(tuple(own), tuple(named), tuple(periods), tuple(values_in(masked)), masked)


def _is_within(one: Mention, other: Mention) -> bool:
    """Whether a name overlaps a longer name of something else, and so is a part of it."""
    return one.start < other.end and other.start < one.end and one.end - one.start <= other.end - other.start


def without(text: str, mentions: Iterable[Mention]) -> str:
    """The text with spaces in the place of these mentions."""
    for each in mentions:
        text = f"{text[: each.start]}{' ' * (each.end - each.start)}{text[each.end :]}"
    return text
