"""The questions that HTTP can ask: the methods of `Research` that return a DataFrame, with their parameters.

They are read from the methods themselves, so that the API, its client and a notebook cannot differ.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from workbench.domain.rights.ownership import Caller
from workbench.runtime.arguments import company_text, find_day, names_of
from workbench.runtime.research import Research

if TYPE_CHECKING:
    from workbench.ports import Embedder


class ArgumentKind(Enum):
    """How an argument is written in a query."""

    TEXT = "text"
    TEXTS = "texts"
    COMPANY = "company"
    COMPANIES = "companies"
    DAY = "day"
    NUMBER = "number"
    SWITCH = "switch"


# By how the methods of `Research` annotate their parameters.
_KINDS: Mapping[str, ArgumentKind] = {
    "str": ArgumentKind.TEXT,
    "str | None": ArgumentKind.TEXT,
    "Sequence[str]": ArgumentKind.TEXTS,
    "CompanyName": ArgumentKind.COMPANY,
    "CompanyName | None": ArgumentKind.COMPANY,
    "CompanyName | Iterable[CompanyName]": ArgumentKind.COMPANIES,
    "AsOf": ArgumentKind.DAY,
    "Day": ArgumentKind.DAY,
    "Day | None": ArgumentKind.DAY,
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
        """The argument as values of a query parameter; none where it is absent.

        Raises as the methods do for a value of the wrong type.
        """
        if value is None:
            return []
        if self.kind is ArgumentKind.COMPANIES:
            return [company_text(name) for name in names_of(value)]
        if self.kind is ArgumentKind.TEXTS:
            return [str(text) for text in value]
        return [_TEXT.get(self.kind, str)(value)]


_TEXT: Mapping[ArgumentKind, Callable[[Any], str]] = {
    ArgumentKind.COMPANY: company_text,
    ArgumentKind.DAY: lambda value: find_day(value).isoformat(),
    ArgumentKind.SWITCH: lambda value: "true" if value else "false",
}


@dataclass(frozen=True, slots=True)
class FrameQuestion:
    """A method of `Research` that returns a DataFrame."""

    name: str
    arguments: tuple[Argument, ...]
    description: str
    """What comes back: the method's docstring."""

    def ask(self, research: Research, values: Mapping[str, Any]) -> Any:
        """The frame of these arguments by name; raises as the method does."""
        given = {each.name: values[each.name] for each in self.arguments if each.name in values}
        return getattr(research, self.name)(**given)


@cache
def frame_questions() -> Mapping[str, FrameQuestion]:
    """Every question by its name, in order of names.

    A method whose arguments are none of the known kinds is none of them: a query cannot say what it takes.
    """
    questions = (_question(name, method) for name, method in inspect.getmembers(Research, inspect.isfunction))
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


class CallerResearch(Research):
    """The questions in a caller's name: a search finds the documents that this caller may read."""

    def __init__(self, workbench: Research, caller: Caller) -> None:
        self.database = workbench.database
        self.caller = caller
        self._workbench = workbench

    @property
    def embedder(self) -> Embedder:
        """The workbench's."""
        return self._workbench.embedder

    @property
    def better_embedder(self) -> Embedder | None:
        """The workbench's."""
        return self._workbench.better_embedder
