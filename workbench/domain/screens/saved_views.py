"""Saved views: a screen, chart or comparison under a name that its owner chose, as the parameters of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workbench.domain.errors import InvalidRequest
from workbench.domain.measures.screens import Screen, parse_filters, parse_metrics, parse_sort
from workbench.domain.rights.roles import Role

_LONGEST_NAME = 80
_LONGEST_VALUE = 2000


class ViewKind(StrEnum):
    """What is saved; also the name of its page, but for a comparison, whose page is `compare`."""

    SCREEN = "screen"
    CHART = "chart"
    COMPARISON = "comparison"


# A view is always as of the day that its page is opened for, so `as_of` is not saved.
PARAMETERS: Mapping[ViewKind, tuple[str, ...]] = {
    ViewKind.SCREEN: ("where", "show", "sort"),
    ViewKind.CHART: ("series", "period", "view", "span", "marks"),
    ViewKind.COMPARISON: ("ticker", "measure", "period", "chart", "view", "sort"),
}


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view: `parameters` are those of its page that are set, in the order of `PARAMETERS`."""

    view_id: int
    kind: ViewKind
    owner: str
    name: str
    parameters: Mapping[str, str]
    changed_at: datetime
    shared_with: tuple[Role, ...] = ()


def checked_name(name: str) -> str:
    """The name without blanks around it; raises InvalidRequest unless it is one line of 1 to 80 characters without `/`."""
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or "/" in name:
        raise InvalidRequest(f"the name of a view must be one line of 1 to {_LONGEST_NAME} characters without /")
    return name


def checked_parameters(kind: ViewKind, parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters that are set, in order; raises InvalidRequest for unknown or long ones and an invalid screen."""
    known = PARAMETERS[kind]
    if unknown := sorted(set(parameters) - set(known)):
        raise InvalidRequest(f"a {kind} has no parameter {unknown[0]!r}", hint=f"it takes {', '.join(known)}")
    values = {name: parameters[name].strip() for name in known if parameters.get(name, "").strip()}
    if long := next((name for name, value in values.items() if len(value) > _LONGEST_VALUE), None):
        raise InvalidRequest(f"{long} is longer than {_LONGEST_VALUE} characters")
    if kind is ViewKind.SCREEN:
        screen_from(values)
    return values


def screen_from(parameters: Mapping[str, str]) -> Screen:
    """The screen of these parameters, as known now; raises InvalidRequest for what cannot be parsed."""
    metric, is_ascending = parse_sort(parameters.get("sort"))
    return Screen(
        filters=parse_filters([parameters.get("where", "")]),
        shown=parse_metrics([parameters.get("show", "")]),
        sort=metric,
        is_ascending=is_ascending,
    )
