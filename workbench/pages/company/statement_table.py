"""A statement as a table whose figures can be opened, and the sources of one figure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from markupsafe import Markup

from workbench.domain.amounts import StatementUnits, by_unit
from workbench.domain.measures.coverage import checked_figures
from workbench.domain.measures.provenance import NoElement, Origin
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.screens.statement_views import StatementView
from workbench.domain.statements.reasons import CHECKS, why_not, why_stale
from workbench.domain.statements.statement import (
    Check,
    Figure,
    PeriodKind,
    Statement,
    StatementLine,
    StatementPeriod,
    Status,
)
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.labels import KIND_LABELS
from workbench.pages.frame.markup import choices, day, href, key
from workbench.pages.frame.messages import notice
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_DECIDED = ("passed", "failed")
# Stands for a figure in an address that is written once for all of them.
_FIGURE = "any-figure"
_TEMPLATE = "company/statement_table.html"
_NOTHING = Markup()
# The value of `sort` in the address that puts the newest period at the right.
OLDEST_FIRST = "day"
VIEWS = {"": "Amounts", StatementView.GROWTH.value: "% change", StatementView.COMMON_SIZE.value: "Common size"}
_Item = TypeVar("_Item")


def in_order(items: Iterable[_Item], selection: Selection) -> list[_Item]:
    """Items of periods, oldest first, in the order of the columns: the newest first unless `sort` says otherwise."""
    return list(items) if selection.sort == OLDEST_FIRST else list(items)[::-1]


def statement_table(statement: Statement, selection: Selection) -> Markup:
    """The statement with tabs, check results, files and legend; the newest period first unless `sort` says otherwise."""
    table = table_head(statement, selection)
    if not statement.periods:
        return fragment(_TEMPLATE, "empty", table, _empty(statement))
    return fragment(_TEMPLATE, "statement", table | _table(statement, selection))


ChosenFigure = tuple[StatementLine, StatementPeriod, Figure]


def find_figure(statement: Statement | RatioTable, chosen: str) -> ChosenFigure | None:
    """The line, period and figure that `line@period end` names; None when the table has no such figure."""
    name, _, end = chosen.partition("@")
    for line in statement.lines:
        if line.line == name:
            for period, figure in zip(statement.periods, line.figures, strict=True):
                if period.end.isoformat() == end:
                    return line, period, figure
    return None


def sources(
    line: StatementLine, period: StatementPeriod, figure: Figure, origins: Sequence[Origin], selection: Selection,
    *, more: Markup = _NOTHING,
) -> Markup:  # fmt: skip
    """Where one figure comes from: formula, operands, the filing of each, and where it is printed there; `more` at the end.

    `origins` are those of the figure's facts, in the same order.
    """
    return drawer(f"{line.label}, {period.label}", _span(period.start, period.end), figure, origins, selection, more=more)


def drawer(
    title: str, when: str, figure: Figure, origins: Sequence[Origin], selection: Selection, *, more: Markup = _NOTHING
) -> Markup:
    """The same for a figure of any table, with its `title` and the days `when` it applies."""
    adjusted = figure.adjusted_value
    proof = {
        "title": title,
        "value": whole(figure),
        "status": figure.status.value,
        "tone": _status_tone(figure.status),
        "when": when,
        "reason": figure.reason,
        "reason_words": why_not(figure.reason).capitalize() if figure.reason else "",
        "adjusted": exact(_in_todays_shares(adjusted), figure.unit) if adjusted is not None else "",
        "adjustment": f"Split {figure.adjustment}",
        "formula": figure.formula,
        "citation": _citation(f"{selection.ticker.upper()}, {title}, {when}", figure) if figure.value is not None else "",
        "facts_title": _facts_title(figure),
        "facts": [_origin(origin, selection) for origin in origins],
        "more": more,
    }
    return fragment(_TEMPLATE, "drawer", proof)


def _citation(place: str, figure: Figure) -> str:
    """The figure in one line, with the filings that it comes from, for a text or a message."""
    filings = dict.fromkeys(f"{fact.form} {fact.accession}, filed {fact.filed_on.isoformat()}" for fact in figure.facts)
    return f"{place}: {whole(figure)} ({'; '.join(filings)})" if filings else f"{place}: {whole(figure)}"


def _facts_title(figure: Figure) -> str:
    if not figure.facts:
        return ""
    return "Operands, in the order of the formula" if figure.formula else "As filed"


def whole(figure: Figure) -> str:
    """A figure with its unit, as `amount` gives it."""
    return "No figure" if figure.value is None else amount(figure.value, figure.unit)


def amount(value: Decimal, unit: str | None) -> str:
    """A value with its unit: an amount with all its digits, a ratio as it is shown in its table."""
    if unit in ("pct", "ratio", "days"):
        return f"{by_unit(value, unit)}{' days' if unit == 'days' else ''}"
    return exact(value, unit)


def table_head(statement: Statement, selection: Selection) -> dict[str, Any]:
    """The choices above a statement, in any view, and its files."""
    bare = Selection(
        ticker=selection.ticker, as_of=selection.as_of, kind=statement.kind, period=statement.period, tab=selection.tab,
        view=selection.view, sort=selection.sort,
    )  # fmt: skip
    views = [(value, label, f"company{bare.query(view=value)}") for value, label in VIEWS.items()]
    other = "" if selection.sort == OLDEST_FIRST else OLDEST_FIRST
    kinds = [(kind.value, label, f"company{bare.query(kind=kind)}") for kind, label in KIND_LABELS.items()]
    periods = [(period.value, _period_name(period), f"company{bare.query(period=period)}") for period in PeriodKind]
    return {
        "kinds": choices(kinds, statement.kind),
        "periods": choices(periods, statement.period),
        "views": choices(views, selection.view),
        "order": {
            "href": f"company{bare.query(sort=other)}",
            "value": other,
            "text": "◂ oldest" if other else "newest ▸",
            "title": f"Show the {'oldest' if other else 'newest'} period first",
        },
        "note": _unit_note(statement),
        "files": _files(statement),
    }


def _files(statement: Statement) -> list[dict[str, str]]:
    """The statement with all of its periods as files."""
    parameters = {"period": statement.period.value, **({"as_of": statement.as_of.isoformat()} if statement.as_of else {})}
    address = f"api/v1/companies/{quote(key(statement.company))}/statements/{statement.kind.value}"
    return [
        {"href": f"{address}?{urlencode({**parameters, 'format': form})}", "label": label}
        for form, label in (("xlsx", "XLSX"), ("csv", "CSV"), ("parquet", "Parquet"))
    ]


def _period_name(period: PeriodKind) -> str:
    return period.value.upper() if len(period.value) == 3 else period.value.capitalize()  # TTM is an abbreviation


def _unit_note(statement: Statement) -> str:
    units = statement.units
    amounts = f"{units.currency or 'Amounts'} and shares in {units.scale}" if units.scale else units.currency
    return f"{amounts}, except per share. As known {'on ' + day(statement.as_of) if statement.as_of else 'today'}."


def _empty(statement: Statement) -> Markup:
    if not statement.is_known and statement.filings_from:
        since = f"The loaded filings begin on {day(statement.filings_from)}."
        return notice("Figures on this day are unknown.", f"{since} Choose a later as-of date.", is_inline=True)
    if statement.as_of:
        return notice(
            f"No figures for this statement were filed by {day(statement.as_of)}.",
            "Choose a later as-of date.",
            is_inline=True,
        )
    name = statement.company.label if statement.company.ticker else str(statement.company.cik)
    return notice(
        "No figures for this statement.",
        f"Load them on the page Companies, or with `workbench ingest {name}`.",
        is_inline=True,
    )


def _table(statement: Statement, selection: Selection) -> dict[str, Any]:
    units = statement.units
    names = {line.line for line in statement.lines}
    # The addresses of hundreds of figures differ in one parameter.
    address = href("company", selection.changed(figure=_FIGURE))
    return {
        "columns": [{"label": period.label, "end": day(period.end)} for period in in_order(statement.periods, selection)],
        "rows": [row for line in statement.lines for row in _rows(line, names, units, address, selection)],
        "checks": _checks(statement),
        "notes": _legend(statement),
        "rows_switch": _rows_switch(statement),
    }


def _rows(
    line: StatementLine, names: Collection[str], units: StatementUnits, address: str, selection: Selection
) -> list[dict[str, Any]]:
    """The line as filed; and a second row in today's shares where a split followed a figure."""
    classes = (("total", line.is_total), ("empty", not line.has_own_figure(names)))
    row = _row(line, " ".join(name for name, holds in classes if holds), units, address, selection)
    if not line.is_adjusted:
        return [row]
    today = replace(
        line,
        label="in today's shares, after splits",
        figures=tuple(
            figure if figure.adjusted_value is None else figure._replace(value=_in_todays_shares(figure.adjusted_value))
            for figure in line.figures
        ),
        level=line.level + 1,
    )
    return [row, _row(today, "adjusted", units, address, selection)]


def _in_todays_shares(adjusted: Decimal) -> Decimal:
    """Rounds to four places, since a split ratio such as 1:7 has no exact decimal."""
    return round(adjusted, 4)


def _row(line: StatementLine, classes: str, units: StatementUnits, address: str, selection: Selection) -> dict[str, Any]:
    cells = [_cell(line, figure, units, address) for figure in in_order(line.figures, selection)]
    return {"classes": classes, "level": line.level, "label": line.label, "cells": cells}


def _rows_switch(statement: Statement) -> str:
    """The label of the box that shows lines without figures of their own; the style sheet reads the box."""
    names = {line.line for line in statement.lines}
    count = sum(not line.has_own_figure(names) for line in statement.lines)
    if not count:
        return ""
    return f"Show {count} {'line without figures of its own' if count == 1 else 'lines without figures of their own'}"


def _cell(line: StatementLine, figure: Figure, units: StatementUnits, address: str) -> dict[str, str]:
    chosen = f"{line.line}@{figure.period_end.isoformat()}"
    text = units.text(figure.value, figure.unit)
    classes = ["figure", figure.status.value]
    if text.startswith("("):
        classes.append("negative")
    return {
        "classes": " ".join(classes),
        "href": address.replace(_FIGURE, quote(chosen)),
        "chosen": chosen,
        "hint": why_not(figure.reason) if figure.value is None else exact(figure.value, figure.unit),
        "text": text,
    }


def _checks(statement: Statement) -> list[dict[str, Any]]:
    """The result of each check that was made in some period, the others in one line, and how many figures they cover."""
    by_name: dict[str, list[Check]] = {}
    for check in statement.checks:
        by_name.setdefault(check.name, []).append(check)
    made = [name for name, checks in by_name.items() if any(check.result in _DECIDED for check in checks)]
    results = [_check_result(name, by_name[name]) for name in made]
    if len(made) < len(by_name):
        unmade = "; ".join(CHECKS.get(name, name) for name in by_name if name not in made)
        results.append({"summary": f"Not checked: {unmade}", "tone": "", "failed": []})
    shown, checked = checked_figures(statement)
    words = f"{checked:,} of {shown:,} figures stand in an identity that was checked and holds"
    return [*results, {"summary": words, "tone": "", "failed": []}]


def _check_result(name: str, checks: list[Check]) -> dict[str, Any]:
    """Good only if the check passed in every period in which it applies."""
    failed = [check for check in checks if check.result == "failed"]
    unchecked = sum(check.result not in _DECIDED for check in checks)
    decided = len(checks) - unchecked
    outcome = "do not tie out" if failed else "tie out"
    summary = f"{CHECKS.get(name, name)}: {len(failed) or decided} of {decided} periods {outcome}"
    if unchecked:
        summary += f", {unchecked} not checked"
    details = [{"end": day(check.period_end), "detail": check.detail} for check in reversed(failed)]
    return {"summary": summary, "tone": "" if unchecked else "good", "failed": details}


def _legend(statement: Statement) -> list[str]:
    present = {figure.status for line in statement.lines for figure in line.figures}
    newer = statement.periods[-1].newer_year_end
    notes = [why_stale(day(newer))] if newer else []
    notes += ["Choose a figure to see the filing it comes from."]
    if Status.DERIVED in present:
        notes.append("* derived from filed figures")
    if Status.REFUSED in present:
        notes.append("– = not reported, or cannot be verified (click for the reason)")
    return notes


def _origin(origin: Origin, selection: Selection) -> dict[str, Any]:
    fact = origin.fact
    return {
        "concept": fact.concept,
        "amount": exact(fact.value, fact.unit),
        "span": _span(fact.period_start, fact.period_end),
        "filed": f"{fact.form}, filed {day(fact.filed_on)}",
        "href": href("reader", Selection(accession=fact.accession, as_of=selection.as_of)),
        "accession": fact.accession,
        "reason": _NO_ELEMENT[origin.reason] if origin.reason else "",
        "printed": _printed(origin, selection),
    }


_NO_ELEMENT = {
    NoElement.FILING_NOT_ARCHIVED: "The filing's document is not in the archive.",
    NoElement.NO_INLINE_XBRL: "The filing has no inline XBRL.",
    NoElement.NOT_READ: "The inline XBRL of the filing has not been read yet.",
    NoElement.NOT_IN_DOCUMENT: "The filing's main document does not tag this figure.",
    NoElement.HIDDEN: "The filing tags this figure in a hidden section.",
}


def _printed(origin: Origin, selection: Selection) -> dict[str, str] | None:
    """The link that opens the reader with the figure highlighted; None when no filing shows it."""
    element = origin.shown
    if element is None:
        return None
    place = Selection(
        accession=element.accession.text,
        document=element.document,
        as_of=selection.as_of,
        start=element.start,
        end=element.end,
    )
    label = "Open in filing" if origin.element else f"Open in {element.accession}, which reports the same figure"
    return {"href": href("reader", place), "label": label, "text": element.text}


def _span(start: date | None, end: date) -> str:
    return f"{day(start)} to {day(end)}" if start else f"at {day(end)}"


def _status_tone(status: Status) -> str:
    return {Status.REPORTED: "good", Status.DERIVED: "accent", Status.REFUSED: "warn"}[status]
