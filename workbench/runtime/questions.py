"""The questions that HTTP can ask: the research methods that return a DataFrame, with their parameters.

They are read from the methods themselves, so that the API, its client and a notebook cannot differ.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from workbench.domain.rights.ownership import Caller
from workbench.runtime.arguments import company_text, find_day
from workbench.runtime.market_research import MarketResearch
from workbench.runtime.peer_research import PeerResearch
from workbench.runtime.text_research import TextResearch

if TYPE_CHECKING:
    from workbench.ports import Embedder


class EveryResearch(TextResearch, MarketResearch, PeerResearch):
    """The research methods of all subjects, as a workbench has them."""


class ArgumentKind(Enum):
    """How an argument is written in a query."""

    TEXT = "text"
    TEXTS = "texts"
    COMPANY = "company"
    COMPANIES = "companies"
    DAY = "day"
    DAYS = "days"
    FRACTION = "fraction"
    NUMBERS = "numbers"
    NUMBER = "number"
    SWITCH = "switch"


# By how the methods annotate their parameters.
_KINDS: Mapping[str, ArgumentKind] = {
    "str": ArgumentKind.TEXT,
    "str | None": ArgumentKind.TEXT,
    "Sequence[str]": ArgumentKind.TEXTS,
    "str | Iterable[str]": ArgumentKind.TEXTS,
    "CompanyName": ArgumentKind.COMPANY,
    "CompanyName | None": ArgumentKind.COMPANY,
    "CompanyName | Iterable[CompanyName]": ArgumentKind.COMPANIES,
    "AsOf": ArgumentKind.DAY,
    "Day": ArgumentKind.DAY,
    "Day | None": ArgumentKind.DAY,
    "Day | Iterable[Day]": ArgumentKind.DAYS,
    "float": ArgumentKind.FRACTION,
    "tuple[int, int]": ArgumentKind.NUMBERS,
    "int": ArgumentKind.NUMBER,
    "int | None": ArgumentKind.NUMBER,
    "bool": ArgumentKind.SWITCH,
}


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of a question; `default` is `inspect.Parameter.empty` where it has none."""

    name: str
    kind: ArgumentKind
    default: Any

    @property
    def is_required(self) -> bool:
        """Whether a question without it is invalid."""
        return self.default is inspect.Parameter.empty

    def as_text(self, value: Any) -> list[str]:
        """The argument as values of a query parameter; none where it is absent, or an empty text, which a query cannot say.

        Raises as the methods do for a value of the wrong type.
        """
        if value is None or (value == "" and not self.is_required):
            return []
        if self.kind in _SEVERAL:
            several = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
            return [_TEXT.get(_SEVERAL[self.kind], str)(each) for each in several]
        return [_TEXT.get(self.kind, str)(value)]


# What each value of a repeated parameter is.
_SEVERAL: Mapping[ArgumentKind, ArgumentKind] = {
    ArgumentKind.COMPANIES: ArgumentKind.COMPANY,
    ArgumentKind.DAYS: ArgumentKind.DAY,
    ArgumentKind.NUMBERS: ArgumentKind.NUMBER,
    ArgumentKind.TEXTS: ArgumentKind.TEXT,
}
_TEXT: Mapping[ArgumentKind, Callable[[Any], str]] = {
    ArgumentKind.COMPANY: company_text,
    ArgumentKind.DAY: lambda value: find_day(value).isoformat(),
    ArgumentKind.SWITCH: lambda value: "true" if value else "false",
}


@dataclass(frozen=True, slots=True)
class FrameQuestion:
    """A research method that returns a DataFrame."""

    name: str
    arguments: tuple[Argument, ...]
    description: str
    """What comes back: the method's docstring."""

    def ask(self, research: EveryResearch, values: Mapping[str, Any]) -> Any:
        """The frame of these arguments by name; raises as the method does."""
        given = {each.name: values[each.name] for each in self.arguments if each.name in values}
        return getattr(research, self.name)(**given)


@cache
def frame_questions() -> Mapping[str, FrameQuestion]:
    """Every question by its name, in order of names.

    A method whose arguments are none of the known kinds is none of them: a query cannot say what it takes.
    """
    questions = (_question(name, method) for name, method in inspect.getmembers(EveryResearch, inspect.isfunction))
    return {each.name: each for each in questions if each is not None}


def _question(name: str, method: Callable[..., Any]) -> FrameQuestion | None:
    signature = inspect.signature(method)
    if name.startswith("_") or signature.return_annotation != "pd.DataFrame":
        return None
    arguments = []
    for each in list(signature.parameters.values())[1:]:
        kind = _KINDS.get(each.annotation)
        if kind is None:
            return None
        arguments.append(Argument(each.name, kind, each.default))
    return FrameQuestion(name, tuple(arguments), inspect.getdoc(method) or "")


class CallerResearch(EveryResearch):
    """The questions in a caller's name: a search finds the documents that this caller may read."""

    def __init__(self, workbench: EveryResearch, caller: Caller) -> None:
        self.database = workbench.database
        self.objects = workbench.objects
        self.caller = caller
        self._workbench = workbench

    def _refresh_latest_figures(self) -> None:
        """Nothing: reading in a caller's name changes nothing. The job `metrics` computes them."""

    @property
    def embedder(self) -> Embedder:
        """The workbench's."""
        return self._workbench.embedder

    @property
    def better_embedder(self) -> Embedder | None:
        """The workbench's."""
        return self._workbench.better_embedder
