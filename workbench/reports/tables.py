"""Tables of reports: from the DataFrames of `workbench.runtime.research` to HTML in the style of `report.css`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from workbench.analysis.templates import Templates
from workbench.domain.amounts import DASH, StatementUnits, grouped, in_units, statement_units
from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import measure

TEMPLATES = Templates("workbench.reports")

_MILLION = 1_000_000
# A filing's number at the SEC, and the taxonomy of a concept: a line is never broken at their hyphens.
_WHOLE = re.compile(r"(\d{10}-\d{2}-\d{6}|\b[a-z]+-[a-z]+(?=:))")


@dataclass(frozen=True, slots=True)
class ReportHtml:
    """HTML that a notebook shows as it is."""

    html: Markup

    def _repr_html_(self) -> str:
        return str(self.html)


class Unit(NamedTuple):
    """How figures are written: divided by `divisor`, with so many digits, and `sign` behind each."""

    divisor: float = 1
    digits: int = 0
    sign: str = ""


MILLIONS = Unit(_MILLION)
PER_SHARE = Unit(digits=2)
# By the units of `ratio_frame`.
RATIOS = {
    "pct": Unit(digits=1, sign="%"),
    "ratio": Unit(digits=2, sign="×"),
    "days": Unit(digits=0),
    "money": MILLIONS,
    "per_share": PER_SHARE,
}


def fragment(macro: str, *arguments: Any) -> ReportHtml:
    """A part of a report from its macro in `tables.html`."""
    return ReportHtml(TEMPLATES.fragment("tables.html", macro, *arguments))


def masthead(company: Company, *, as_of: str, facts: Mapping[str, object]) -> ReportHtml:
    """The head of a company's report: its name, listings, industry and `facts`."""
    listings = ", ".join(f"{each.exchange or ''} {each.ticker}".strip() for each in company.listings)
    about = " · ".join(part for part in (listings, company.sic_description) if part)
    return title_block(company.display_name, about, as_of=as_of, facts=facts)


def title_block(title: str, about: str, *, as_of: str, facts: Mapping[str, object]) -> ReportHtml:
    """The head of a report: what it is about, and as of which day."""
    known = {"As known on": as_of or "the day of the run", **facts}
    return fragment("masthead", title, about, [(name, value) for name, value in known.items() if value])


def amount(value: float, unit: Unit) -> str:
    """A figure as text: negative ones in brackets, a missing one as a dash, a small one never as zero."""
    if value is None or math.isnan(value):
        return DASH
    exact = Decimal(str(value))
    if unit.divisor == 1:
        return grouped(exact, unit.digits, unit.sign)
    return in_units(exact, Decimal(int(unit.divisor)), unit.digits, unit.sign)


class Card(NamedTuple):
    """A key figure: what it is, the newest value, and the one of the period before."""

    label: str
    value: float
    before: float
    unit: Unit


def key_figures(income: pd.DataFrame, cash: pd.DataFrame, ratios: pd.DataFrame) -> ReportHtml:
    """Cards of size, growth, profit, cash, return and debt: the newest period and the one before.

    Periods are those of the income statement.
    """
    *_, before, newest = ("before", "", *dict.fromkeys(income.period))

    def card(label: str, values: Mapping[str, float], unit: Unit) -> Card:
        return Card(label, values.get(newest, math.nan), values.get(before, math.nan), unit)

    def figure(label: str, figures: pd.DataFrame, line: str, unit: Unit) -> Card:
        own = figures[figures.line == line]
        return card(label, dict(zip(own.period, own.comparable, strict=True)), unit)

    def ratio(label: str, name: str) -> Card:
        return card(label, _by_period(ratios, name), RATIOS[ratios.unit.get(name, "ratio")])

    result = (
        figure("Revenue", income, "revenue", MILLIONS),
        ratio("Revenue growth", "revenue_growth"),
        ratio("Operating margin", "operating_margin"),
        figure("Net income", income, "net_income", MILLIONS),
        figure("Diluted EPS", income, "eps_diluted", PER_SHARE),
        figure("Free cash flow", cash, "free_cash_flow", MILLIONS),
        ratio("Return on equity", "return_on_equity"),
        ratio("Net debt to EBITDA", "net_debt_to_ebitda"),
    )
    return cards(result, before=before)


def _by_period(ratios: pd.DataFrame, name: str) -> dict[str, float]:
    """A row of `ratio_frame` by the labels of its periods; empty for a ratio that the company's industry has not."""
    if name not in ratios.index:
        return {}
    numbers = ratios.loc[name].drop(["label", "group", "unit"])
    return dict(zip(ratios.attrs["periods"], map(float, numbers), strict=True))


def cards(results: Iterable[Card], before: str) -> ReportHtml:
    """Key figures side by side, each with what it was in the period called `before`."""
    shown = [
        {"label": card.label, "value": _compact(card), "before": _compact(card._replace(value=card.before))}
        for card in results
        if not math.isnan(card.value)
    ]
    return fragment("cards", shown, before)


def _compact(card: Card) -> str:
    if card.unit is MILLIONS and abs(card.value) >= 1e9:
        return amount(card.value, Unit(1e9, 1, " bn"))
    return amount(card.value, card.unit._replace(sign=" m") if card.unit is MILLIONS else card.unit)


def statement_units_of(figures: pd.DataFrame) -> StatementUnits:
    """In which scale and currency the statement (or statements) of `figures_frame` is shown."""
    return statement_units(zip(figures.value.map(exact_amount), figures.unit, strict=True))


def statement_table(figures: pd.DataFrame, lines: Sequence[str], *, totals: Sequence[str] = ()) -> ReportHtml:
    """Chosen lines of `figures_frame` by period, in the scale and currency of the whole statement, which its corner names.

    Share figures are in today's shares; `*` marks what is derived.
    """
    units = statement_units_of(figures)
    there = figures[figures.line.isin(lines)]
    periods = list(dict.fromkeys(there.period))
    rows = []
    for line in lines:
        own = there[there.line == line].set_index("period")
        if own.comparable.notna().any():
            cells = [_figure(own.loc[period], units) for period in periods]
            rows.append((own.label.iloc[0], cells, line in totals))
    note = "* derived from filed figures" if any("*" in cell for _, cells, _ in rows for cell in cells) else ""
    return table(periods, rows, note=note, corner=units.words)


def _figure(row: pd.Series, units: StatementUnits) -> str:
    return units.text(exact_amount(row.comparable), row.unit) + ("*" if row.status == "derived" else "")


def exact_amount(value: float) -> Decimal | None:
    """A figure of a frame as the domain's formats take it; None where it is missing."""
    return None if value is None or math.isnan(value) else Decimal(str(value))


def ratio_table(ratios: pd.DataFrame, names: Sequence[str], *, currency: str = "") -> ReportHtml:
    """Chosen rows of `ratio_frame` under its own periods; a ratio without any figure is left out.

    A row of money, such as net debt, says its scale and `currency`.
    """
    rows = []
    for name in names:
        numbers = _by_period(ratios, name).values()
        if all(math.isnan(value) for value in numbers):
            continue
        label, unit = str(ratios.label[name]), RATIOS[ratios.unit[name]]
        if unit is MILLIONS:
            units = statement_units((exact_amount(value), currency) for value in numbers)
            rows.append((f"{label}, {units.words}", [units.text(exact_amount(value), currency) for value in numbers], False))
        else:
            rows.append((label, [amount(value, unit) for value in numbers], False))
    return table(ratios.attrs["periods"], rows)


def table(
    columns: Sequence[str],
    rows: Iterable[tuple[str, Sequence[str], bool]],
    *,
    note: str = "",
    corner: str = "",
    is_aligned: bool = False,
) -> ReportHtml:
    """Rows of a label, its cells as they are printed, and whether it is a total.

    `note` stands below, `corner` above the labels. With `is_aligned` columns are of equal width, so that those of several
    tables with the same columns stand under each other.
    """
    named = [{"label": label, "cells": cells, "is_total": is_total} for label, cells, is_total in rows]
    return fragment("figure_table", corner, columns, named, note, is_aligned)


def amounts_by_period(figures: pd.DataFrame, lines: Sequence[str]) -> pd.DataFrame:
    """Chosen money lines of `figures_frame` as columns by their labels, one row a period: what `charts.bars` takes."""
    there = figures[figures.line.isin(lines)]
    wide = there.pivot_table(index="period", columns="line", values="comparable", sort=False, dropna=False)
    wide = wide.reindex(columns=[line for line in lines if line in wide.columns and wide[line].notna().any()])
    labels = dict(zip(there.line, there.label, strict=True))
    return wide.rename(columns=labels)


def ratios_by_period(ratios: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Chosen rows of `ratio_frame` as columns by their labels, one row a period; those without any figure are left out."""
    there = ratios.loc[[name for name in names if name in ratios.index]]
    numbers = there.drop(columns=["group", "unit"]).set_index("label").T.set_axis(ratios.attrs["periods"], axis=0)
    return numbers.astype("float64").dropna(axis=1, how="all").rename_axis(None, axis=1)


def word_table(frame: pd.DataFrame, *, wrapping: str | Sequence[str] = (), numbers: str | Sequence[str] = ()) -> ReportHtml:
    """Rows of words under the columns' names; only columns of `wrapping` are broken over lines, never within an accession.

    Columns of `numbers` are set flush right, under each other's digits.
    """
    broken, flush_right = _names(wrapping), _names(numbers)
    columns = [(name, "number " * (name in flush_right) + "wraps" * (name in broken)) for name in map(str, frame.columns)]
    rows = [
        [_whole(str(cell)) if style.endswith("wraps") else cell for cell, (_, style) in zip(row, columns, strict=True)]
        for row in frame.itertuples(index=False)
    ]
    return fragment("word_table", columns, rows)


def _names(names: str | Sequence[str]) -> Sequence[str]:
    return [names] if isinstance(names, str) else names


def _whole(text: str) -> Markup:
    """The text, with each accession and taxonomy in one piece."""
    return fragment("unbroken", _WHOLE.split(text)).html


def section(title: str, *parts: ReportHtml | None) -> ReportHtml | None:
    """The parts under a heading; None where there is nothing to show, so that the heading is left out too."""
    shown = [part for part in parts if part is not None]
    return fragment("section", title, joined(shown).html) if shown else None


def not_shown(sections: Mapping[str, tuple[object, str]]) -> ReportHtml | None:
    """A note that names the sections without content, each with the reason; None if all have some.

    `sections` has for each title its content, None where there is none, and why that is.
    """
    missing = [f"{title} ({why})" for title, (content, why) in sections.items() if content is None]
    return fragment("note", f"Left out: {'; '.join(missing)}.") if missing else None


def sentence(text: str) -> ReportHtml:
    """A paragraph, such as why there is nothing to show."""
    return fragment("paragraph", text)


def comparison_table(compared: pd.DataFrame, name: str) -> ReportHtml:
    """One measure of `comparison_frame`: companies by calendar periods, as its unit is written, each in its own currency."""
    result = measure(name)
    unit = RATIOS.get(result.unit, MILLIONS)
    currencies = compared.attrs["currencies"] if result.has_currency else {}
    several = len(set(currencies.values())) > 1
    rows = [
        (
            f"{company}, {currencies[company]}" if several and company in currencies else str(company),
            [amount(value, unit) for value in cells],
            False,
        )
        for company, *cells in compared.loc[name].itertuples()
    ]
    shared = "" if several else next(iter(currencies.values()), "")
    counted = [*(["millions"] if unit is MILLIONS else []), *([shared] if shared else [])]
    title = result.label + (f", in {' of '.join(counted)}" if counted else "")
    return fragment("titled", title, table(list(compared.columns), rows, is_aligned=True).html)


def joined(parts: Iterable[ReportHtml]) -> ReportHtml:
    """Parts of a report one after the other."""
    return ReportHtml(Markup("").join(part.html for part in parts))


# Where a word of a concept's tag begins: at a capital after a small letter, or at the last capital of several.
_WORD_OF_A_TAG = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def tag_words(label: str) -> str:
    """A label as it is; a concept's tag, which stands where a filing gave no label, as words.

    >>> tag_words("OtherAssetsNoncurrent")
    'Other assets noncurrent'
    """
    first, *rest = _WORD_OF_A_TAG.split(label)
    return " ".join([first, *(word if word.isupper() else word.lower() for word in rest)]) if " " not in label else label
