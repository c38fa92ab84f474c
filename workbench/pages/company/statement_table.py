"""A statement as a table whose figures can be opened, and the sources of one figure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import escape

from workbench.domain.amounts import StatementUnits, by_unit
from workbench.domain.measures.provenance import NoElement, Origin
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.reasons import CHECKS, why_not
from workbench.domain.statements.statement import (
    Check,
    Figure,
    PeriodKind,
    Statement,
    StatementKind,
    StatementLine,
    StatementPeriod,
    Status,
)
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.markup import address, day, notice, tabs, tag
from workbench.pages.frame.selection import Selection

KIND_LABELS = {
    StatementKind.INCOME: "Income",
    StatementKind.BALANCE: "Balance sheet",
    StatementKind.CASHFLOW: "Cash flow",
}
_VERDICT_TONES = {"passed": "good", "failed": "bad"}


def statement_table(statement: Statement, selection: Selection) -> str:
    """The statement, newest period first, with its tabs, verdicts and legend."""
    return _head(statement, selection) + (_table(statement, selection) if statement.periods else _empty(statement))


def figure_of(statement: Statement | RatioTable, chosen: str) -> tuple[StatementLine, StatementPeriod, Figure] | None:
    """The figure that `line@period end` names; None when the table has none such."""
    name, _, end = chosen.partition("@")
    for line in statement.lines:
        if line.line == name:
            for period, figure in zip(statement.periods, line.figures, strict=True):
                if period.end.isoformat() == end:
                    return line, period, figure
    return None


def sources(
    line: StatementLine, period: StatementPeriod, figure: Figure, origins: Sequence[Origin], selection: Selection
) -> str:
    """Where one figure comes from: formula, operands, the filing of each, and where it is printed there.

    `origins` are those of the figure's facts, in the same order.
    """
    return drawer(f"{line.label}, {period.label}", _span(period.start, period.end), figure, origins, selection)


def drawer(title: str, when: str, figure: Figure, origins: Sequence[Origin], selection: Selection) -> str:
    """The same for a figure of any table: `title` says what it is, `when` of which days."""
    value = whole(figure)
    parts = [
        '<aside class="drawer" role="dialog" aria-label="Sources of the figure">',
        '<button class="close" data-event="figure" data-value="" data-escape data-focus aria-label="Close">×</button>',
        f'<p class="muted">{escape(title)}</p>',
        f'<p class="value">{escape(value)}</p>',
        f"<p>{tag(figure.status.value, _status_tone(figure.status))} {_quiet(when)}</p>",
    ]
    if figure.reason:
        words = why_not(figure.reason).capitalize()
        parts.append(f'<h2>Why not</h2><p>{escape(words)}</p><p class="mono faint">{escape(figure.reason)}</p>')
    if figure.adjusted_value is not None:
        today = exact(_in_todays_shares(figure.adjusted_value), figure.unit)
        parts.append(f"<h2>In today's shares</h2><p>{escape(today)}</p>{_quiet(f'Split {figure.adjustment}')}")
    if figure.formula:
        parts.append(f'<h2>Formula</h2><div class="formula">{escape(figure.formula)}</div>')
    if figure.facts:
        heading = "Operands, in the order of the formula" if figure.formula else "As filed"
        parts.append(f"<h2>{heading}</h2>{''.join(_origin(origin, selection) for origin in origins)}")
    return "".join([*parts, "</aside>"])


def whole(figure: Figure) -> str:
    """A figure with its unit: an amount with all its digits, a ratio as it is shown in its table."""
    if figure.value is None:
        return "Not given"
    if figure.unit in ("pct", "ratio", "days"):
        return f"{by_unit(figure.value, figure.unit)}{' days' if figure.unit == 'days' else ''}"
    return exact(figure.value, figure.unit)


def _head(statement: Statement, selection: Selection) -> str:
    bare = Selection(ticker=selection.ticker, as_of=selection.as_of, kind=statement.kind, period=statement.period)
    kinds = [(kind.value, label, f"company{bare.query(kind=kind)}") for kind, label in KIND_LABELS.items()]
    periods = [(period.value, _period_name(period), f"company{bare.query(period=period)}") for period in PeriodKind]
    return (
        f'<div class="head">{tabs("kind", kinds, statement.kind, "Statement")}'
        f"{tabs('period', periods, statement.period, 'Periods')}"
        f'<span class="right small muted">{_unit_note(statement)}</span></div>'
    )


def _period_name(period: PeriodKind) -> str:
    return period.value.upper() if len(period.value) == 3 else period.value.capitalize()  # TTM is an abbreviation


def _unit_note(statement: Statement) -> str:
    units = statement.units
    amounts = f"{units.currency or 'Amounts'} and shares in {units.scale}" if units.scale else units.currency
    return f"{escape(amounts)}, except per share. As known {'on ' + day(statement.as_of) if statement.as_of else 'today'}."


def _empty(statement: Statement) -> str:
    if statement.as_of:
        return notice(
            f"Nothing was filed for this statement by {day(statement.as_of)}.", "Choose a later as-of date.", is_inline=True
        )
    name = statement.company.label if statement.company.ticker else str(statement.company.cik)
    return notice("No figures for this statement.", f"Bring them in with `workbench ingest {name}`.", is_inline=True)


def _table(statement: Statement, selection: Selection) -> str:
    newest_first = range(len(statement.periods) - 1, -1, -1)
    columns = "".join(
        f'<th scope="col"><b>{statement.periods[place].label}</b>{day(statement.periods[place].end)}</th>'
        for place in newest_first
    )
    units = statement.units
    names = {line.line for line in statement.lines}
    rows = "".join(_rows(line, names, units, selection) for line in statement.lines)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Statement"><table class="statement">'
        f"<thead><tr><th></th>{columns}</tr></thead><tbody>{rows}</tbody></table></div>{_checks(statement)}{_legend(statement)}"
    )


def _rows(line: StatementLine, names: Collection[str], units: StatementUnits, selection: Selection) -> str:
    """The line newest period first, as filed; and once more in today's shares, where a split came after a figure."""
    classes = (("total", line.is_total), ("empty", not line.has_own_figure(names)))
    row = _row(line, " ".join(name for name, holds in classes if holds), units, selection)
    if not line.is_adjusted:
        return row
    today = replace(
        line,
        label="in today's shares, after splits",
        figures=tuple(
            figure if figure.adjusted_value is None else figure._replace(value=_in_todays_shares(figure.adjusted_value))
            for figure in line.figures
        ),
        level=line.level + 1,
    )
    return row + _row(today, "adjusted", units, selection)


def _in_todays_shares(adjusted: Decimal) -> Decimal:
    """To four places: a seventh of an amount has no last digit."""
    return round(adjusted, 4)


def _row(line: StatementLine, classes: str, units: StatementUnits, selection: Selection) -> str:
    cells = "".join(f"<td>{_cell(line, figure, units, selection)}</td>" for figure in reversed(line.figures))
    return f'<tr class="{classes}"><th scope="row" style="--level:{line.level}">{escape(line.label)}</th>{cells}</tr>'


def _rows_switch(statement: Statement) -> str:
    """Lines without a figure of their own stay out of the way until they are asked for; the style sheet reads the box."""
    names = {line.line for line in statement.lines}
    count = sum(not line.has_own_figure(names) for line in statement.lines)
    if not count:
        return ""
    whose = "line without figures of its own" if count == 1 else "lines without figures of their own"
    return f'<label class="switch small muted"><input type="checkbox"> Show {count} {whose}</label>'


def _cell(line: StatementLine, figure: Figure, units: StatementUnits, selection: Selection) -> str:
    chosen = f"{line.line}@{figure.period_end.isoformat()}"
    text = units.text(figure.value, figure.unit)
    hint = why_not(figure.reason) if figure.value is None else exact(figure.value, figure.unit)
    classes = ["figure", figure.status.value]
    if text.startswith("("):
        classes.append("negative")
    return (
        f'<a class="{" ".join(classes)}" href="{address("company", selection.changed(figure=chosen))}" data-event="figure" '
        f'data-value="{escape(chosen)}" title="{escape(hint)}">{text}</a>'
    )


def _checks(statement: Statement) -> str:
    shown = [check for check in statement.checks if check.verdict in _VERDICT_TONES]
    if not shown:
        return ""
    by_name: dict[str, list[Check]] = {}
    for check in shown:
        by_name.setdefault(check.name, []).append(check)
    return f'<div class="checks">{"".join(_verdict(name, checks) for name, checks in by_name.items())}</div>'


def _verdict(name: str, checks: list[Check]) -> str:
    failed = [check for check in checks if check.verdict == "failed"]
    if not failed:
        return tag(f"{CHECKS.get(name, name)}: {len(checks)} of {len(checks)} periods tie out", "good")
    detail = "".join(f"<li>{day(check.period_end)}: {escape(check.detail)}</li>" for check in reversed(failed))
    summary = tag(f"{CHECKS.get(name, name)}: {len(failed)} of {len(checks)} periods do not tie out", "bad")
    return f'<details><summary>{summary}</summary><ul class="small">{detail}</ul></details>'


def _legend(statement: Statement) -> str:
    present = {figure.status for line in statement.lines for figure in line.figures}
    notes = ["Choose a figure to see the filing it comes from."]
    if Status.DERIVED in present:
        notes.append("* derived from filed figures")
    if Status.REFUSED in present:
        notes.append("– not given; the reason opens with it")
    return f'<div class="legend">{"".join(f"<span>{note}</span>" for note in notes)}{_rows_switch(statement)}</div>'


def _origin(origin: Origin, selection: Selection) -> str:
    fact = origin.fact
    link = address("reader", Selection(accession=fact.accession, as_of=selection.as_of))
    return (
        f'<div class="fact"><div class="row"><span class="concept mono">{escape(fact.concept)}</span></div>'
        f'<div class="row"><span class="amount">{escape(exact(fact.value, fact.unit))}</span></div>'
        f'<div class="row small muted"><span>{_span(fact.period_start, fact.period_end)}</span></div>'
        f'<div class="row small"><span>{escape(fact.form)}, filed {day(fact.filed_on)}</span></div>'
        f'<div class="row small"><a href="{link}">{escape(fact.accession)}</a></div>{_printed(origin, selection)}</div>'
    )


_NO_ELEMENT = {
    NoElement.FILING_NOT_ARCHIVED: "The filing's document is not archived here.",
    NoElement.NO_INLINE_XBRL: "The filing's document does not mark its figures.",
    NoElement.NOT_READ: "The marks in the filing's document have not been read.",
    NoElement.NOT_IN_DOCUMENT: "The filing's main document does not mark this figure.",
    NoElement.HIDDEN: "The filing marks this figure where nobody sees it.",
}


def _printed(origin: Origin, selection: Selection) -> str:
    """The link that opens the reader with the figure highlighted, or why there is none."""
    why = f'<div class="row small muted"><span>{_NO_ELEMENT[origin.reason]}</span></div>' if origin.reason else ""
    element = origin.shown
    if element is None:
        return why
    place = Selection(
        accession=element.accession.text,
        document=element.document,
        as_of=selection.as_of,
        start=element.start,
        end=element.end,
    )
    name = "Open in filing" if origin.element else f"Open in {element.accession}, which says the same"
    return (
        f'{why}<div class="row small"><a class="in-filing" href="{address("reader", place)}">{escape(name)}</a>'
        f'<span class="muted">printed as {escape(element.text)}</span></div>'
    )


def _span(start: date | None, end: date) -> str:
    return f"{day(start)} to {day(end)}" if start else f"at {day(end)}"


def _quiet(text: str) -> str:
    return f'<span class="small muted">{escape(text)}</span>'


def _status_tone(status: Status) -> str:
    return {Status.REPORTED: "good", Status.DERIVED: "accent", Status.REFUSED: "warn"}[status]
