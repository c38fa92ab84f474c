"""The strip of key figures at the top of a company's page; each links to its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from db.screens.company_metrics import KeyFigures
from workbench.domain.amounts import by_unit
from workbench.domain.measures.catalogue import Measure, measure
from workbench.domain.statements.statement import PeriodKind
from workbench.pages.frame.amounts import compact
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_SHOWN = ("revenue", "revenue_growth", "operating_margin", "net_income", "eps_diluted", "free_cash_flow")
# TTM is more current than the last fiscal year; the fiscal year is the fallback when TTM cannot be verified.
_BASES = (PeriodKind.TTM, PeriodKind.ANNUAL)


def figure_strip(figures: Sequence[KeyFigures], selection: Selection, *, is_live: bool) -> Markup:
    """Each figure with its period: TTM where it can be verified, else the latest fiscal year; empty without figures.

    If `is_live`, a click opens its sources on this page; else it leads to the address that shows them.
    """
    by_basis = {each.basis: each for each in figures}
    items = (_item(measure(name), by_basis, selection) for name in _SHOWN)
    return fragment("company/key_figures.html", "strip", [item for item in items if item is not None], is_live)


def _item(item: Measure, by_basis: Mapping[PeriodKind, KeyFigures], selection: Selection) -> dict[str, Any] | None:
    basis = next((each for each in _BASES if each in by_basis and item.name in by_basis[each].values), None)
    if basis is None:
        return None
    figures = by_basis[basis]
    kind = item.kind or selection.kind
    target = replace(selection, period=basis, kind=kind, figure=f"{item.name}@{figures.period_end.isoformat()}")
    return {
        "label": item.label,
        "href": href("company", target),
        "proof": f"{basis.value}|{kind.value}|{target.figure}",
        "text": _text(figures.values[item.name], item, figures.currency),
        "end": day(figures.period_end),
        "period": figures.period_label,
    }


def _text(value: Decimal, item: Measure, currency: str) -> str:
    if item.unit == "money":
        return compact(value, currency)
    return f"{by_unit(value, f'{currency}/shares')} {currency}" if item.unit == "per_share" else by_unit(value, item.unit)
