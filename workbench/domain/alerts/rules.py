"""Alert rules: a condition, its companies, and the channel and times of its notifications.

Conditions are written like this:

    filing                       any filing; `filing 10-K,10-Q` one of these forms (exactly: 10-K is not 10-K/A)
    event                        any item of a current report; `event results,people` one of these types
    restatement                  a filing that restates a line of a statement; `restatement sign,retag` other kinds of change
    failed run                   a job that failed and had not failed before; `failed run filing,facts` runs of these kinds
    report                       a finished scheduled report; `report apple-weekly` of these schedules
    net_margin@quarter < 10      a newly filed figure that makes this true, written as a screen's filter
    every revenue@ttm >= 100B    every newly filed figure for which this is true, not only when it becomes true
    screen revenue > 1B; pe < 15 a company that enters or leaves the screen with these filters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.restatements import Change
from workbench.domain.filings.events import parse_event_types
from workbench.domain.identity import Company
from workbench.domain.measures.screens import FigureFilter, Filter, is_of_price, parse_filter, parse_filters
from workbench.domain.rights.roles import Role

# What the rule speaks of was filed at most so long before the rule, or the company, came: filings take days to be indexed.
LATE_DAYS = 7
# Looks go back so far: what comes in later than that after its filing is history, and so is what a long pause missed.
LOOK_BACK_DAYS = 90

_EXAMPLE = (
    "an alert is on `filing 10-K`, `event results`, `restatement`, `failed run`, `screen pe < 15` or a figure such as "
    "`net_margin@ttm < 5`"
)
_WORDS = re.compile(r"(filing|event|restatement|failed[ _]run|report)s?(?:\s+(.*))?", re.IGNORECASE)
_SCREEN = re.compile(r"screen\s+(.+)", re.IGNORECASE)
_COMPARES = re.compile(r"[<>=]|\bbetween\b", re.IGNORECASE)
_FORM = re.compile(r"[A-Z0-9][A-Z0-9 /\-]{0,19}")
_SCHEDULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_RUN = re.compile(r"[a-z][a-z _-]{0,39}")
_CHANNEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class AlertKind(StrEnum):
    """The kind of event that a rule watches."""

    FILING = "filing"
    EVENT = "event"
    RESTATEMENT = "restatement"
    FAILED_RUN = "failed_run"
    REPORT = "report"
    THRESHOLD = "threshold"
    SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Condition:
    """The condition of a rule. `str()` gives text that parses to the same condition.

    `names` are forms, event types, kinds of change, kinds of run or report schedules: empty for any filing, event or report.
    `figure` and `is_every` belong to a threshold, `filters` to a screen. `fault` says why a stored condition cannot be
    evaluated, for example because of a line that statements do not have; `text` is then its original text.
    """

    kind: AlertKind
    names: tuple[str, ...] = ()
    figure: FigureFilter | None = None
    is_every: bool = False
    filters: tuple[Filter, ...] = ()
    text: str = ""
    fault: str = ""

    @property
    def sentence(self) -> str:
        """As in "A new 10-K or 10-Q"."""
        if self.fault:
            return f"{self.text} (inactive: {self.fault})"
        either = " or ".join(self.names)
        words = either.replace("_", " ")
        when = "each time it is filed" if self.is_every else "when that becomes so"
        sentences = {
            AlertKind.FILING: f"A new {either or 'filing'}",
            AlertKind.EVENT: f"A current report of {words or 'any event'}",
            AlertKind.RESTATEMENT: f"A filing that changes a line of a statement ({words})",
            AlertKind.FAILED_RUN: f"A failed run ({either})",
            AlertKind.REPORT: f"A scheduled report{f' ({either})' if either else ''}",
            AlertKind.SCREEN: f"A company enters or leaves the screen: {'; '.join(item.sentence for item in self.filters)}",
            AlertKind.THRESHOLD: f"{self.figure.sentence if self.figure else ''}, {when}",
        }
        return sentences[self.kind]

    @property
    def has_companies(self) -> bool:
        """Whether a company or a watchlist can narrow the condition; runs and reports have none, a screen has its filters."""
        return self.kind not in (AlertKind.FAILED_RUN, AlertKind.REPORT, AlertKind.SCREEN)

    def is_met(self, value: Decimal | None, currency: str | None) -> bool:
        """Whether a threshold's comparison holds for a figure; False for an unknown figure or one in another currency."""
        figure = self.figure
        if figure is None or value is None or (figure.currency is not None and currency != figure.currency):
            return False
        return _COMPARISONS[figure.operator.symbol](value, figure.values)

    def __str__(self) -> str:
        if self.fault:
            return self.text
        if self.filters:
            return "screen " + "; ".join(map(str, self.filters))
        if self.figure is not None:
            return f"every {self.figure}" if self.is_every else str(self.figure)
        return " ".join([self.kind.value.replace("_", " "), ",".join(self.names)]).strip()


_COMPARISONS: Mapping[str, Callable[[Decimal, tuple[Decimal, ...]], bool]] = {
    ">": lambda figure, values: figure > values[0],
    ">=": lambda figure, values: figure >= values[0],
    "<": lambda figure, values: figure < values[0],
    "<=": lambda figure, values: figure <= values[0],
    "=": lambda figure, values: figure == values[0],
    "between": lambda figure, values: values[0] <= figure <= values[1],
}


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One rule. It applies to one company, to a watchlist of its owner, or (both None) to all companies."""

    rule_id: int
    owner: str
    condition: Condition
    company: Company | None
    watchlist: str | None
    channel: str
    schedule: Schedule
    created_at: datetime
    shared_with: tuple[Role, ...] = ()

    @property
    def scope(self) -> str:
        """As in "AAPL", "watchlist tech" or "everything"."""
        if self.company is not None:
            return self.company.label
        return f"watchlist {self.watchlist}" if self.watchlist else "everything"

    @property
    def sentence(self) -> str:
        """The condition and its scope in one line."""
        return f"{self.condition.sentence}: {self.scope}" if self.condition.has_companies else self.condition.sentence


def parse_condition(text: str) -> Condition:
    """Parses a condition (see the module's docstring); raises InvalidRequest, which quotes the text it cannot parse."""
    text = " ".join(text.split())
    if screened := _SCREEN.fullmatch(text):
        return Condition(AlertKind.SCREEN, filters=_filters(screened[1]))
    match = _WORDS.fullmatch(text)
    if match is not None:
        kind = AlertKind(match[1].lower().replace(" ", "_"))
        return Condition(kind, _NAMES[kind](tuple(filter(None, (part.strip() for part in (match[2] or "").split(","))))))
    is_every = text.lower().startswith("every ")
    figure = parse_filter(text[len("every ") :] if is_every else text) if _COMPARES.search(text) else None
    if not isinstance(figure, FigureFilter):
        raise InvalidRequest(f"{text!r} is not an alert condition", hint=_EXAMPLE)
    if is_of_price(figure):
        raise InvalidRequest(f"{text!r} is not an alert condition: it depends on the price", hint=_EXAMPLE)
    return Condition(AlertKind.THRESHOLD, figure=figure, is_every=is_every)


def stored_condition(text: str) -> Condition:
    """The condition from stored text; if the text cannot be parsed, the condition's `fault` says why."""
    try:
        return parse_condition(text)
    except InvalidRequest as error:
        match = _WORDS.fullmatch(text)
        other = AlertKind.SCREEN if _SCREEN.fullmatch(text) else AlertKind.THRESHOLD
        kind = AlertKind(match[1].lower().replace(" ", "_")) if match else other
        return Condition(kind, text=text, fault=error.message)


def check_scope(condition: Condition, *, company: str | None, watchlist: str | None) -> None:
    """Raises InvalidRequest for two scopes at once, and for a scope of a condition that does not apply to companies."""
    if company and watchlist:
        raise InvalidRequest("an alert applies to a company or a watchlist, not both")
    if not condition.has_companies and (company or watchlist):
        raise InvalidRequest(
            "alerts on runs, reports and screens do not apply to companies", hint="leave out the company and the watchlist"
        )


# The channel that needs no address: its notifications are read in the workbench.
INBOX = "inbox"


def parse_channel(text: str) -> str:
    """A channel's name in lower case; raises InvalidRequest for an invalid name."""
    name = text.strip().lower()
    if not _CHANNEL.fullmatch(name):
        raise InvalidRequest("a channel's name has up to 40 letters a-z, digits, - and _, such as ops")
    return name


def _filters(text: str) -> tuple[Filter, ...]:
    filters = parse_filters([text])
    if not filters:
        raise InvalidRequest("a screen needs a filter", hint="write `screen revenue >= 10B; net_margin@ttm > 20`")
    return filters


def _forms(names: tuple[str, ...]) -> tuple[str, ...]:
    forms = tuple(dict.fromkeys(name.upper() for name in names))
    for form in forms:
        if not _FORM.fullmatch(form):
            raise InvalidRequest(f"{form!r} is not a form such as 10-K or 8-K")
    return forms


def _changes(names: tuple[str, ...]) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(name.lower().replace("-", "_").replace(" ", "_") for name in names))
    for kind in kinds:
        if kind not in list(Change):
            raise InvalidRequest(f"{kind!r} is not a kind of change", hint=f"choose one of {', '.join(Change)}")
    return kinds or (Change.RESTATEMENT.value,)


def _runs(names: tuple[str, ...]) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(name.lower() for name in names))
    for kind in kinds:
        if not _RUN.fullmatch(kind):
            raise InvalidRequest(f"{kind!r} is not a kind of run such as flow, filing or facts")
    return kinds or ("flow",)


def _schedules(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not _SCHEDULE.fullmatch(name):
            raise InvalidRequest(f"there is no scheduled report {name!r}", hint="`workbench report schedules` lists them")
    return tuple(dict.fromkeys(names))


_NAMES: Mapping[AlertKind, Callable[[tuple[str, ...]], tuple[str, ...]]] = {
    AlertKind.FILING: _forms,
    AlertKind.EVENT: parse_event_types,
    AlertKind.RESTATEMENT: _changes,
    AlertKind.FAILED_RUN: _runs,
    AlertKind.REPORT: _schedules,
}
