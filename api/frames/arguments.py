"""The arguments of a question of the Python client, as query parameters and as fields of a request body."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, create_model

from workbench.analysis.market.returns import Closes, ReturnKind
from workbench.domain.market.price_bars import Interval
from workbench.domain.measures.valuation_history import Every
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.runtime.questions import Argument, ArgumentKind, FrameQuestion
from workbench.search.hybrid import MOST_HITS

_TYPES: Mapping[ArgumentKind, Any] = {
    ArgumentKind.TEXT: str,
    ArgumentKind.TEXTS: list[str],
    ArgumentKind.COMPANY: str,
    ArgumentKind.COMPANIES: list[str],
    ArgumentKind.DAY: str,
    ArgumentKind.DAYS: list[str],
    ArgumentKind.FRACTION: float,
    ArgumentKind.NUMBERS: list[int],
    ArgumentKind.NUMBER: int,
    ArgumentKind.SWITCH: bool,
}
_LIMITS: Mapping[ArgumentKind, Mapping[str, Any]] = {
    ArgumentKind.TEXT: {"max_length": 1000},
    ArgumentKind.COMPANY: {"max_length": 100},
    ArgumentKind.NUMBER: {"ge": 1, "le": 200},
    ArgumentKind.DAY: {"json_schema_extra": {"format": "date"}},
}
_WORDS: Mapping[ArgumentKind, str] = {
    ArgumentKind.COMPANY: "A ticker or a CIK.",
    ArgumentKind.COMPANIES: "Tickers or CIKs; repeated for several.",
    ArgumentKind.DAY: "A day, as in 2024-06-30.",
    ArgumentKind.DAYS: "Days, as in 2024-06-30; repeated for several.",
    ArgumentKind.SWITCH: "See the description.",
    ArgumentKind.TEXT: "See the description.",
    ArgumentKind.NUMBER: "See the description.",
    ArgumentKind.TEXTS: "Repeated for several.",
}
_ABOUT: Mapping[str, str] = {
    "as_of": "Use only what was known at the end of this day; today by default. Future days are rejected.",
    "accession": "Only this filing; the newest one by default.",
    "benchmark": "A share whose returns stand for the market.",
    "by_event": "A row for each filing instead of the mean of all.",
    "estimation_days": "Trading days before the window that the expected return is estimated from.",
    "form": "Only filings of this form; annual reports by default.",
    "item": "An item such as 1A, optionally with its part: II.1A.",
    "level": "The confidence level of the band, between 0 and 1.",
    "long": "A row for each figure, with its proof.",
    "name": "A watchlist of the caller's or one shared with the caller's role.",
    "new": "The accession of the newer filing.",
    "old": "The accession of the older filing.",
    "parts": "A row for each part of a score.",
    "show": "More measures to show; repeated for several.",
    "since": "First day, inclusive.",
    "sort": "A measure, largest first; with a leading - smallest first.",
    "until": "Last day, inclusive.",
    "where": "Filters such as revenue >= 10B; repeated for several.",
    "wide": "Side by side instead of one under the other.",
    "window": "The first and the last trading day around a filing: two numbers.",
    "as_filed": "Share figures as they were filed, not in today's shares.",
    "columns": "Number of newest columns; all by default.",
    "concept": "A concept such as us-gaap:Revenues; a bare tag is one of us-gaap.",
    "empty_lines": "Lines without any figure as well.",
    "exact": "Decimal numbers instead of floating-point numbers.",
    "k": "Number of passages.",
    "known_on": "The day on which each figure became known instead of the figure.",
    "limit": "Maximum number of rows.",
    "measure": "A line of a statement, or a ratio.",
    "period_end": "Last day of the period; the newest period by default.",
    "periods": "Number of newest periods; all by default.",
    "points": "Number of newest points.",
    "query": "Words to search for.",
    "source": "Only this source; the one that fits best by default.",
}
_MOST: Mapping[str, int] = {"limit": 10_000, "k": MOST_HITS, "estimation_days": 1_000}
_CHOICES: Mapping[str, type[StrEnum]] = {"period": PeriodKind, "every": Every, "interval": Interval, "closes": Closes}
# What a parameter of one name is in some questions.
_OWN_CHOICES: Mapping[tuple[str, str], type[StrEnum]] = {
    ("statement", "kind"): StatementKind,
    ("figures", "kind"): StatementKind,
    ("returns", "kind"): ReturnKind,
}
_LISTS = (ArgumentKind.TEXTS, ArgumentKind.COMPANIES, ArgumentKind.DAYS, ArgumentKind.NUMBERS)


@cache
def arguments_model(question: FrameQuestion) -> type[BaseModel]:
    """A model whose fields are the arguments, and which refuses others."""
    parameters = (query_parameter(question, each) for each in question.arguments)
    fields: dict[str, Any] = {
        each.name: (each.annotation, ... if each.default is inspect.Parameter.empty else each.default) for each in parameters
    }
    return create_model(f"ArgumentsOf_{question.name}", __config__=ConfigDict(extra="forbid"), **fields)


def query_parameter(question: FrameQuestion, argument: Argument) -> inspect.Parameter:
    """The argument as a parameter of a route, with its bounds and description."""
    described: dict[str, Any] = {"description": _ABOUT.get(argument.name, _WORDS.get(argument.kind))}
    described |= _LIMITS.get(argument.kind, {})
    if argument.name in _MOST:
        described["le"] = _MOST[argument.name]
    if (choices := _OWN_CHOICES.get((question.name, argument.name), _CHOICES.get(argument.name))) is not None:
        described["description"] = f"One of {', '.join(choices)}."
        described["json_schema_extra"] = {"enum": [each.value for each in choices]}
    annotation = _TYPES[argument.kind]
    default = argument.default
    if argument.kind in _LISTS:
        default = default if argument.is_required else None
    if default is None:
        annotation |= None
    return inspect.Parameter(
        argument.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[annotation, Query(**described)]
    )
