"""Tables of reports: from the DataFrames of `workbench.runtime.research` to HTML in the style of `report.css`."""

from __future__ import annotations

import math
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
from workbench.domain.measures.segments import IN_OTHERS
from workbench.domain.statements.computed_figure import Refusal
from workbench.domain.statements.reasons import FAULTS, why_not

TEMPLATES = Templates("workbench.reports")

_MILLION = 1_000_000


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
    return statement_units(zip(figures.value.map(_exact), figures.unit, strict=True))


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
    return units.text(_exact(row.comparable), row.unit) + ("*" if row.status == "derived" else "")


def _exact(value: float) -> Decimal | None:
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
            units = statement_units((_exact(value), currency) for value in numbers)
            rows.append((f"{label}, {units.words}", [units.text(_exact(value), currency) for value in numbers], False))
        else:
            rows.append((label, [amount(value, unit) for value in numbers], False))
    return table(ratios.attrs["periods"], rows)


def table(
    columns: Sequence[str], rows: Iterable[tuple[str, Sequence[str], bool]], *, note: str = "", corner: str = ""
) -> ReportHtml:
    """Rows of a label, its cells as they are printed, and whether it is a total.

    `note` stands below, `corner` above the labels.
    """
    named = [{"label": label, "cells": cells, "is_total": is_total} for label, cells, is_total in rows]
    return fragment("figure_table", corner, columns, named, note)


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


def word_table(frame: pd.DataFrame, *, wrapping: str | Sequence[str] = ()) -> ReportHtml:
    """Rows of words under the columns' names; only the columns named by `wrapping` are broken over lines."""
    columns, names = list(frame.columns), [wrapping] if isinstance(wrapping, str) else wrapping
    places = [columns.index(name) for name in names if name in columns]
    return fragment("word_table", columns, list(frame.itertuples(index=False)), places)


def section(title: str, part: ReportHtml | None) -> ReportHtml | None:
    """A part under its heading; None where there is nothing to show, so that the heading is left out too."""
    return None if part is None else fragment("section", title, part.html)


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
    return fragment("titled", title, table(list(compared.columns), rows).html)


def valuation_table(valuation: pd.DataFrame) -> ReportHtml:
    """The measures of `valuation_frame` with the period that each uses; below, why the others cannot be computed."""
    proven = valuation[valuation.value.notna()]
    if proven.empty:
        return sentence(f"Not valued: {why_not(valuation.reason.iloc[0])}.")
    rows = [
        (
            str(each.label),
            [amount(float(str(each.value)), RATIOS.get(str(each.unit), MILLIONS)), str(each.period or "")],
            False,
        )
        for each in proven.itertuples()
    ]
    close = f"at {valuation.attrs['close']} USD, the close of {valuation.attrs['traded_on']} by {valuation.attrs['source']}"
    refused = valuation[valuation.value.isna() & (valuation.reason != Refusal.NOT_FOR_INDUSTRY)]
    why = [f"{each.label}: {why_not(str(each.reason))}" for each in refused.itertuples()]
    return table(["Value", "Period"], rows, note=f"{'; '.join([close, *why])}.")


def breakdown_tables(parts: pd.DataFrame, axes: Sequence[str]) -> ReportHtml:
    """Revenue of `segments_frame` divided along each of the axes, the largest first; a sentence where nothing divides it."""
    shown = parts[(parts.line == "revenue") & parts.axis.isin(axes)]
    if shown.empty:
        return sentence("No archived filing divides its revenue this way.")
    return joined(_breakdown(str(axis), own) for (axis, _), own in shown.groupby(["axis", "axes"], sort=False))


def joined(parts: Iterable[ReportHtml]) -> ReportHtml:
    """Parts of a report one after the other."""
    return ReportHtml(Markup("").join(part.html for part in parts))


def _breakdown(axis: str, own: pd.DataFrame) -> ReportHtml:
    wide = own.drop_duplicates(["members", "period_end"]).pivot(index="members", columns="period_end", values="value")
    wide = wide.sort_values(wide.columns[-1], ascending=False)
    known = own.drop_duplicates("members").set_index("members")
    # Two members may have the same label; then their XBRL names are added.
    words = known.member.where(~known.member.duplicated(keep=False), known.member + " (" + known.index + ")")
    units = statement_units_of(own)
    rows = [
        (
            f"{words[name]}{IN_OTHERS if known.is_in_others[name] else ''}",
            [units.text(_exact(value), units.currency) for value in row],
            False,
        )
        for name, *row in wide.itertuples()
    ]
    shown = table([f"{end:%b %Y}" for end in wide.columns], rows, corner=units.words)
    return fragment("titled", f"By {axis.lower()}", shown.html)


def event_table(events: pd.DataFrame) -> ReportHtml:
    """Items of current reports, as `events_frame` has them, but for the one that only lists exhibits."""
    events = events[events["item"] != "9.01"]
    if events.empty:
        return sentence("No current report is stored.")
    rows = pd.DataFrame(
        {
            "Filed": events.filed_on.dt.strftime("%Y-%m-%d"),
            "Item": events["item"],
            "What": events.label,
            "Filing": events.accession,
        }
    )
    return word_table(rows)


def check_table(checks: pd.DataFrame, periods: Sequence[str]) -> ReportHtml:
    """How many checks of `checks_frame` were made of these periods, and each that failed."""
    made = checks[checks.result.isin(["passed", "failed"]) & checks.period.isin(periods)]
    failed = made[made.result == "failed"]
    count = sentence(f"{len(made)} checks were made of these periods, {len(failed) or 'none'} failed.")
    if failed.empty:
        return count
    rows = failed[["period", "statement", "name", "detail"]].replace({"name": dict(FAULTS)}).rename(columns=str.capitalize)
    return joined((count, word_table(rows, wrapping="Detail")))


def restatement_table(restatements: pd.DataFrame, newest: int) -> ReportHtml:
    """The newest restated figures of `restatements_frame`, each with its newest period; a sentence where there are none."""
    if not restatements.attrs.get("is_known", True):
        return sentence("Restatements are unknown: no filing up to this date is loaded.")
    restated = restatements[restatements.kind == "restatement"]
    if restated.empty:
        return sentence("No figure was restated.")
    keys = ["accession_after", "concept", "unit"]
    result = restated.assign(periods=restated.groupby(keys).label.transform("size")).drop_duplicates(keys).head(newest)
    rows = pd.DataFrame(
        {
            "Restated": result.filed_on.dt.strftime("%Y-%m-%d"),
            "Figure": result.label,
            "Period to": result.period_end.dt.strftime("%Y-%m-%d"),
            "Before": result.before.map(_in_full),
            "After": result.after.map(_in_full),
            "Unit": result.unit,
            "Periods": result.periods.astype(str),
            "Filing": result.accession_after,
        }
    )
    intro = sentence("The newest figures that a later filing restated, each with its newest period and the number of periods:")
    return joined((intro, word_table(rows, wrapping="Figure")))


def proof_table(figures: pd.DataFrame, lines: Sequence[str]) -> ReportHtml:
    """The newest period's figures of these lines with the XBRL concepts and the filings they come from."""
    there = _given(figures, lines).drop_duplicates(["line", "period"])
    newest = there[there.period_end == there.period_end.max()]
    return word_table(_proofs(newest), wrapping="Concepts")


def proofs_by_company(figures: pd.DataFrame, lines: Sequence[str]) -> ReportHtml:
    """The same for several companies: every figure of these lines, with the column `company` before it."""
    there = _given(figures, lines)
    rows = _proofs(there)
    rows.insert(0, "Company", there.company)
    return word_table(rows, wrapping="Concepts")


def _given(figures: pd.DataFrame, lines: Sequence[str]) -> pd.DataFrame:
    return figures[figures.line.isin(lines) & figures.value.notna()]


def _proofs(figures: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Figure": figures.label,
            "Period": figures.period,
            "Value": figures.value.map(_in_full),
            "Unit": figures.unit,
            "Concepts": figures.concepts,
            "Filings": figures.accessions,
        }
    )


def _in_full(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"
