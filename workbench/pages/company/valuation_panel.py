"""The valuation card of the company page: measures by group, with their trends; each figure links to its operands."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from markupsafe import Markup

from db.facts.elements import origins
from db.screens.valuation import valuation, valuation_history
from workbench.domain.errors import WorkbenchError
from workbench.domain.identity import Company
from workbench.domain.measures.valuation import Valuation, ValuationLine, multiples
from workbench.domain.measures.valuation_history import ValuationHistory
from workbench.domain.statements.reasons import why_not
from workbench.pages.company.ratio_table import ratio_cell
from workbench.pages.company.statement_table import drawer
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.messages import problem
from workbench.pages.frame.page import show_in_address
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.sparkline import sparkline
from workbench.pages.frame.templates import fragment
from workbench.runtime import Workbench

_QUARTERS_SHOWN = 12
_TEMPLATE = "company/valuation_panel.html"


class ValuationPanel:
    """The card with the sources of the chosen figure. Call `show_history` when the page is on the screen."""

    def __init__(self, workbench: Workbench, company: Company, selection: Selection) -> None:
        self._workbench = workbench
        self._company = company
        self._selection = selection
        self._history: ValuationHistory | None = None
        self.panel = HtmlPanel(on_event=self._on_event)
        with workbench.database.read() as connection:
            self._found = valuation(connection, company, selection.as_of)
        self._write()

    def show_history(self) -> None:
        """Reads and shows the trends, which take about twelve times as long as the valuation."""
        if self._found.figure("market_cap").value is None:
            return
        with self._workbench.database.read() as connection:
            self._history = valuation_history(connection, self._company, self._selection.as_of, limit=_QUARTERS_SHOWN)
        self._write()

    def _on_event(self, name: str, value: str) -> None:
        if name != "figure":
            return
        try:
            self._selection = self._selection.changed(figure=value)
            self._write()
        except WorkbenchError as error:
            self.panel.html = problem(error)
        show_in_address(self._selection)

    def _write(self) -> None:
        self.panel.html = valuation_table(self._found, self._history, self._selection) + self._sources(self._found)

    def _sources(self, result: Valuation) -> Markup:
        line = next((line for line in result.lines if _name(result, line) == self._selection.figure), None)
        if line is None:
            return Markup()
        with self._workbench.database.read() as connection:
            places = origins(connection, self._company.cik, line.figure.facts, as_of=self._selection.as_of)
        title = f"{line.label}{f', {line.period.label}' if line.period else ''}"
        return drawer(title, f"on {day(result.day)}", line.figure, places, self._selection)


def valuation_table(result: Valuation, history: ValuationHistory | None, selection: Selection) -> Markup:
    """One row a measure, by group, with close and share count; or the reason why there is no valuation."""
    size = result.figure("market_cap")
    if size.value is None:
        return fragment(_TEMPLATE, "not_valued", _price(result), _not_valued(result, size.reason or "", selection))
    groups = [
        {"name": name.capitalize(), "rows": [_row(result, line, history, selection) for line in lines]}
        for name, lines in groupby(result.lines, key=lambda line: multiples()[line.line].ratio.group)
    ]
    return fragment(_TEMPLATE, "valuation", _price(result), day(result.day), groups, _count(result), _QUARTERS_SHOWN)


def _price(result: Valuation) -> str:
    if result.price is None:
        return ""
    price = result.price
    return f"{price.ticker} at {price.close:,.2f} USD, close of {day(price.traded_on)}, {price.source}"


def _count(result: Valuation) -> str:
    if result.shares is None:
        return ""
    shares = result.shares
    split = f", adjusted for the split {shares.splits}" if shares.splits else ""
    return f"Shares outstanding: {shares.formula}{split}."


def _not_valued(result: Valuation, reason: str, selection: Selection) -> dict[str, str]:
    """Why there is no market capitalization, and so no valuation, and what to do."""
    why = {"reason": why_not(reason), "href": "", "day": "", "command": ""}
    if result.price is not None and reason == "stale_price":
        then = result.price.traded_on
        why |= {"href": href("company", selection.changed(as_of=then.isoformat(), figure="")), "day": day(then)}
    elif reason == "no_price":
        why["command"] = "workbench prices"
    return why


def _row(result: Valuation, line: ValuationLine, history: ValuationHistory | None, selection: Selection) -> dict[str, Any]:
    return {
        "formula": multiples()[line.line].ratio.formula,
        "label": line.label,
        "line": sparkline([point.figure(line.line).value for point in history.points] if history else []),
        "cell": ratio_cell(line.figure, _name(result, line), selection),
        "period": line.period.label if line.period else "",
    }


def _name(result: Valuation, line: ValuationLine) -> str:
    return f"{line.line}@{result.day.isoformat()}"
