"""What a company costs, on the company page: measures by group, each with its course and leading to its operands."""

from __future__ import annotations

from html import escape
from itertools import groupby

from db.facts.elements import origins
from db.screens.valuation import valuation, valuation_history
from workbench.domain.amounts import by_unit
from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import Company
from workbench.domain.measures.valuation import Valuation, ValuationLine, multiples
from workbench.domain.measures.valuation_history import ValuationHistory
from workbench.domain.statements.reasons import why_not
from workbench.pages.company.statement_table import drawer
from workbench.pages.frame.html_panel import Sheet
from workbench.pages.frame.markup import address, day, problem
from workbench.pages.frame.page import show_in_address
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.sparkline import course
from workbench.runtime import Workbench

_QUARTERS_SHOWN = 12


class ValuationPanel:
    """The card, with the sources of the chosen figure. `show` reads it, when the page is on the screen."""

    def __init__(self, workbench: Workbench, company: Company, selection: Selection) -> None:
        self._workbench = workbench
        self._company = company
        self._selection = selection
        self._found: Valuation | None = None
        self._history: ValuationHistory | None = None
        self.sheet = Sheet('<div class="head"><h2>Valuation</h2></div><p class="muted small">…</p>', on_event=self._on_event)

    def show(self) -> None:
        """Reads and shows the valuation, then its course, which takes as long as a dozen of it."""
        as_of = self._selection.as_of
        with self._workbench.database.read() as connection:
            self._found = valuation(connection, self._company, as_of)
            self._write()
            if self._found.figure("market_cap").value is not None:
                self._history = valuation_history(connection, self._company, as_of, limit=_QUARTERS_SHOWN)
                self._write()

    def _on_event(self, name: str, value: str) -> None:
        if name != "figure":
            return
        try:
            self._selection = self._selection.changed(figure=value)
            self._write()
        except WorkbenchError as error:
            self.sheet.html = problem(error)
        show_in_address(self._selection)

    def _write(self) -> None:
        if self._found is not None:
            self.sheet.html = valuation_table(self._found, self._history, self._selection) + self._sources(self._found)

    def _sources(self, found: Valuation) -> str:
        line = next((line for line in found.lines if _name(found, line) == self._selection.figure), None)
        if line is None:
            return ""
        with self._workbench.database.read() as connection:
            places = origins(connection, self._company.cik, line.figure.facts, as_of=self._selection.as_of)
        title = f"{line.label}{f', {line.period.label}' if line.period else ''}"
        return drawer(title, f"on {day(found.day)}", line.figure, places, self._selection)


def valuation_table(found: Valuation, history: ValuationHistory | None, selection: Selection) -> str:
    """One row a measure, groups after one another, over the close and the share count; or why there is nothing to show."""
    size = found.figure("market_cap")
    head = f'<div class="head"><h2>Valuation</h2><span class="right small muted">{_price(found)}</span></div>'
    if size.value is None:
        return head + _not_valued(found, size.reason or "", selection)
    body = "".join(
        f'<tr class="group"><th scope="rowgroup">{escape(name.capitalize())}</th><td colspan="3"></td></tr>'
        + "".join(_row(found, line, history, selection) for line in lines)
        for name, lines in groupby(found.lines, key=lambda line: multiples()[line.line].ratio.group)
    )
    return (
        f'{head}<div class="scroll" tabindex="0" role="region" aria-label="Valuation"><table class="statement ratios"><thead>'
        f"<tr><th></th><th>Course</th><th>{day(found.day)}</th><th>Figures of</th></tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
        f'<p class="legend">{_count(found)} Money in millions of USD. The course is of the last {_QUARTERS_SHOWN} fiscal '
        "quarter ends, each as known then. Choose a figure for its formula; a dash is one that is not proven.</p>"
    )


def _price(found: Valuation) -> str:
    if found.price is None:
        return ""
    price = found.price
    return f"{price.ticker} at {price.close:,.2f} USD, close of {day(price.traded_on)}, {escape(price.source)}"


def _count(found: Valuation) -> str:
    if found.shares is None:
        return ""
    shares = found.shares
    split = f", and the split {shares.splits} since" if shares.splits else ""
    return f"Shares outstanding: {escape(shares.formula)}{escape(split)}."


def _not_valued(found: Valuation, reason: str, selection: Selection) -> str:
    """Without a market capitalisation there is nothing else: why, and what helps."""
    why = f'<p class="muted">Not valued: {escape(why_not(reason))}.'
    if found.price is not None and reason == "stale_price":
        then = address("company", selection.changed(as_of=found.price.traded_on.isoformat(), figure=""))
        why += f' <a href="{then}">Value the company as of {day(found.price.traded_on)}</a>'
    elif reason == "no_price":
        why += " Prices come with <code>workbench prices</code>."
    return f"{why}</p>"


def _row(found: Valuation, line: ValuationLine, history: ValuationHistory | None, selection: Selection) -> str:
    values = [point.figure(line.line).value for point in history.points] if history else []
    period = line.period.label if line.period else ""
    return (
        f'<tr><th scope="row" title="{escape(multiples()[line.line].ratio.formula)}">{escape(line.label)}</th>'
        f'<td class="course">{course(values)}</td><td>{_cell(found, line, selection)}</td><td>{escape(period)}</td></tr>'
    )


def _cell(found: Valuation, line: ValuationLine, selection: Selection) -> str:
    figure, chosen = line.figure, _name(found, line)
    text = by_unit(figure.value, figure.unit)
    hint = figure.formula if figure.value is not None else why_not(figure.reason)
    classes = ["figure", *(["refused"] if figure.value is None else []), *(["negative"] if text.startswith("(") else [])]
    return (
        f'<a class="{" ".join(classes)}" href="{address("company", selection.changed(figure=chosen))}" data-event="figure" '
        f'data-value="{escape(chosen)}" title="{escape(hint or "")}">{text}</a>'
    )


def _name(found: Valuation, line: ValuationLine) -> str:
    return f"{line.line}@{found.day.isoformat()}"
