"""Choosing companies and measures without knowing how they are written: chips of what is chosen, and fields that add."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from workbench.domain.measures.catalogue import Measure, measures, screened_measures
from workbench.domain.measures.screens import BASES, OPERATORS
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.pages.company.statement_table import KIND_LABELS
from workbench.pages.frame.selection import Selection

_GROUPS: dict[StatementKind | None, str] = {None: "Ratios"} | dict(KIND_LABELS.items())


def measures_by_group(*, with_value: bool = False) -> dict[str, list[Measure]]:
    """Every line and ratio, the statements in their order and then the ratios; on request measures of value last."""
    groups: dict[str, list[Measure]] = {}
    for item in (screened_measures() if with_value else measures()).values():
        groups.setdefault("Value" if item.is_of_price else _GROUPS[item.kind], []).append(item)
    return groups


def hidden_fields(selection: Selection) -> str:
    """The selection as fields of a form that are not seen."""
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in selection.parameters()
    )


def chips(chosen: Iterable[tuple[str, str, str]], label: str) -> str:
    """What is chosen as (text, what it stands for, escaped address without it), each with a link that takes it away."""
    items = "".join(
        f'<li title="{escape(title)}">{escape(text)}'
        f'<a class="off" href="{href}" aria-label="Remove: {escape(text)}">×</a></li>'
        for text, title, href in chosen
    )
    return f'<ul class="chips" aria-label="{escape(label)}">{items}</ul>' if items else ""


def company_field(adds: str, *, label: str = "Add a company", hint: str = "Ticker or name") -> str:
    """A field that suggests companies as one writes; what it holds goes to the end of the form's field `adds`."""
    return (
        f'<label>{escape(label)}<input data-adds="{adds}" data-between="," data-suggest list="some-companies" '
        f'placeholder="{escape(hint)}" spellcheck="false" autocomplete="off"></label>'
        '<datalist id="some-companies"></datalist>'
    )


def measure_options(empty: str, chosen: str = "", *, with_value: bool = False) -> str:
    """The options of a choice of one of `measures_by_group`; the first stands for none and reads `empty`."""
    groups = "".join(
        f'<optgroup label="{escape(name)}">{"".join(_option(item, chosen) for item in items)}</optgroup>'
        for name, items in measures_by_group(with_value=with_value).items()
    )
    return f'<option value="">{escape(empty)}</option>{groups}'


def _option(item: Measure, chosen: str) -> str:
    is_chosen = " selected" if item.name == chosen else ""
    return f'<option value="{item.name}"{is_chosen}>{escape(item.label)}</option>'


_PERIODS = {PeriodKind.ANNUAL: "fiscal year", PeriodKind.TTM: "twelve months", PeriodKind.QUARTERLY: "quarter"}


def figure_fields(adds: str, *, between: str, with_value: bool = False) -> str:
    """Measure, period, comparison and value: together they go, written as a screen's filter is, to the form's field `adds`.

    A measure of value is offered on request, and is of no period.
    """
    periods = "".join(
        f'<option value="{"" if basis is PeriodKind.ANNUAL else "@" + BASES[basis][0]}">{label}</option>'
        for basis, label in _PERIODS.items()
    )
    operators = "".join(
        f'<option value=" {escape(each.symbol)} ">{escape(each.words.format("…", "…"))}</option>'
        for each in OPERATORS.values()
    )
    return (
        f'<fieldset data-adds="{adds}" data-between="{between}"><label>Measure'
        f'<select required aria-label="Measure">{measure_options("choose one", with_value=with_value)}</select></label>'
        f'<label>Period<select aria-label="Period">{periods}</select></label>'
        f'<label>Is<select aria-label="Is">{operators}</select></label>'
        '<label>Value<input placeholder="10, 250M, 10 and 40" required autocomplete="off"></label></fieldset>'
    )
