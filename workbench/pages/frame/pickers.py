"""Pickers for companies and measures: chips of what is chosen, and fields that add."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from workbench.domain.measures.catalogue import Measure, measures, screened_measures
from workbench.domain.measures.screens import BASES, OPERATORS
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.pages.frame.labels import KIND_LABELS
from workbench.pages.frame.markup import choices
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_TEMPLATE = "frame/pickers.html"

_GROUPS: dict[StatementKind | None, str] = {None: "Ratios"} | dict(KIND_LABELS.items())


def measures_by_group(*, with_value: bool = False) -> dict[str, list[Measure]]:
    """Every line and ratio: the statements in order, then ratios; with `with_value`, valuation measures last."""
    groups: dict[str, list[Measure]] = {}
    for item in (screened_measures() if with_value else measures()).values():
        groups.setdefault("Valuation" if item.is_of_price else _GROUPS[item.kind], []).append(item)
    return groups


def hidden_fields(selection: Selection) -> Markup:
    """The selection as hidden fields of a form."""
    fields = [{"name": name, "value": value} for name, value in selection.parameters()]
    return fragment(_TEMPLATE, "hidden_fields", fields)


def sorted_heading(label: str, target: str, *, is_ascending: bool | None, title: str = "") -> dict[str, str]:
    """A column heading that links to the sorted table at `target`; `is_ascending` is None if the table is sorted otherwise."""
    arrow = "" if is_ascending is None else " ▲" if is_ascending else " ▼"
    sort = "" if is_ascending is None else "ascending" if is_ascending else "descending"
    return {"label": label, "href": target, "arrow": arrow, "sort": sort, "title": title}


def chips(chosen: Iterable[tuple[str, str, str]], label: str) -> Markup:
    """Chips of (text, tooltip, address without it), each with a link that removes it."""
    shown = [{"text": text, "title": title, "href": target} for text, title, target in chosen]
    return fragment(_TEMPLATE, "chips", shown, label)


def company_field(adds: str, *, label: str = "Add a company", hint: str = "Ticker or name") -> Markup:
    """A field that suggests companies while typing; its value is appended to the form's field `adds`."""
    return fragment(_TEMPLATE, "company_field", adds, label, hint)


def measure_options(empty: str, chosen: str = "", *, with_value: bool = False) -> Markup:
    """The options of a select over `measures_by_group`; the first one means none and reads `empty`."""
    groups = [
        {"name": name, "options": choices([(item.name, item.label, "") for item in items], chosen)}
        for name, items in measures_by_group(with_value=with_value).items()
    ]
    return fragment(_TEMPLATE, "measure_options", empty, groups)


_PERIODS = {PeriodKind.ANNUAL: "fiscal year", PeriodKind.TTM: "twelve months", PeriodKind.QUARTERLY: "quarter"}


def figure_fields(adds: str, *, between: str, with_value: bool = False) -> Markup:
    """Measure, period, comparison and value; together they are appended, as a screen filter, to the form's field `adds`.

    Valuation measures are offered with `with_value`; they have no period.
    """
    periods = [
        {"value": "" if basis is PeriodKind.ANNUAL else f"@{BASES[basis][0]}", "text": label, "is_current": False}
        for basis, label in _PERIODS.items()
    ]
    operators = [
        {"value": f" {each.symbol} ", "text": each.words.format("…", "…"), "is_current": False} for each in OPERATORS.values()
    ]
    offered = measure_options("choose one", with_value=with_value)
    return fragment(_TEMPLATE, "figure_fields", adds, between, offered, periods, operators)
