"""Tables of reports on companies: valuation, divisions, events, checks, restatements, and where figures come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbench.domain.as_of import today
from workbench.domain.market.prices import FRESH
from workbench.domain.measures.segments import IN_OTHERS
from workbench.domain.statements.computed_figure import Refusal
from workbench.domain.statements.reasons import FAULTS, why_not
from workbench.reports.tables import (
    MILLIONS,
    RATIOS,
    ReportHtml,
    amount,
    exact_amount,
    fragment,
    joined,
    sentence,
    statement_units_of,
    table,
    tag_words,
    word_table,
)


def valuation_table(valuation: pd.DataFrame) -> ReportHtml | None:
    """The measures of `valuation_frame` with the period that each uses; None without one.

    Below are the close, and why other measures cannot be computed.
    """
    proven = valuation[valuation.value.notna()]
    if proven.empty:
        return None
    rows = [
        (_measure(each), [_measured(each), each.period if isinstance(each.period, str) else ""], False)
        for each in proven.itertuples()
    ]
    close = f"at {valuation.attrs['close']} USD, the close of {valuation.attrs['traded_on']} by {valuation.attrs['source']}"
    refused = valuation[valuation.value.isna() & (valuation.reason != Refusal.NOT_FOR_INDUSTRY)]
    why = [f"{each.label}: {why_not(str(each.reason))}" for each in refused.itertuples()]
    return table(["Value", "Period"], rows, note=f"{'; '.join([close, *why])}.")


def _measure(row: Any) -> str:
    return str(row.label) if row.unit in RATIOS else f"{row.label}, {row.unit} millions"


def _measured(row: Any) -> str:
    return amount(float(row.value), RATIOS.get(str(row.unit), MILLIONS))


def why_not_valued(valuation: pd.DataFrame) -> str:
    """Why the first measure of `valuation_frame` has no value; empty if it has one."""
    reason = valuation.reason.iloc[0]
    return "" if pd.isna(reason) else why_not(str(reason))


def recent_closes(prices: pd.DataFrame, as_of: str) -> pd.Series | None:
    """The closes of `price_frame`, adjusted where all are; None if the last is older on that day than a valuation takes."""
    day = pd.Timestamp(as_of or today())
    if prices.empty or day - prices.index[-1] > FRESH:
        return None
    return prices["adjusted_close" if prices["adjusted_close"].notna().all() else "close"]


def close_sentence(closes: pd.Series | None, source: str | None) -> ReportHtml | None:
    """The last close, and the change over the year before it; None without closes."""
    if closes is None:
        return None
    last, day = closes.iloc[-1], closes.index[-1]
    before = closes[closes.index <= day - pd.DateOffset(years=1)]
    change = f", {last / before.iloc[-1] - 1:+.1%} over a year".replace("%", "\N{NO-BREAK SPACE}%") if len(before) else ""
    kind = str(closes.name).replace("_", " ")
    return sentence(f"The {kind} of {day:%Y-%m-%d} was {last:,.2f} USD{change} ({source}).")


def breakdown_tables(parts: pd.DataFrame, axes: Sequence[str]) -> ReportHtml | None:
    """Revenue of `segments_frame` divided along each of the axes, the largest first; None where nothing divides it."""
    shown = parts[(parts.line == "revenue") & parts.axis.isin(axes)]
    if shown.empty:
        return None
    return joined(_breakdown(str(axis), own) for (axis, _), own in shown.groupby(["axis", "axes"], sort=False))


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
            [units.text(exact_amount(value), units.currency) for value in row],
            False,
        )
        for name, *row in wide.itertuples()
    ]
    shown = table([f"{end:%b %Y}" for end in wide.columns], rows, corner=units.words)
    return fragment("titled", f"By {axis.lower()}", shown.html)


def event_table(events: pd.DataFrame) -> ReportHtml | None:
    """Items of current reports, as `events_frame` has them, but for the one that only lists exhibits; None without one."""
    events = events[events["item"] != "9.01"]
    if events.empty:
        return None
    rows = pd.DataFrame(
        {
            "Filed": events.filed_on.dt.strftime("%Y-%m-%d"),
            "Item": events["item"],
            "What": events.label,
            "Filing": events.accession,
        }
    )
    return word_table(rows, wrapping="What")


def check_table(checks: pd.DataFrame, periods: Sequence[str]) -> ReportHtml:
    """How many checks of `checks_frame` were made of these periods, and each that failed."""
    made = checks[checks.result.isin(["passed", "failed"]) & checks.period.isin(periods)]
    failed = made[made.result == "failed"]
    count = sentence(f"{len(made)} checks were made of these periods, {len(failed) or 'none'} failed.")
    if failed.empty:
        return count
    rows = failed[["period", "statement", "name", "detail"]].replace({"name": dict(FAULTS)}).rename(columns=str.capitalize)
    return joined((count, word_table(rows, wrapping="Detail")))


def restatement_table(restatements: pd.DataFrame, newest: int, *, since: pd.Timestamp | None = None) -> ReportHtml:
    """The newest restated figures of `restatements_frame`, each with its newest period; a sentence where there are none.

    `since` leaves out periods that end before it.
    """
    if not restatements.attrs.get("is_known", True):
        return sentence("Restatements are unknown: no filing up to this date is loaded.")
    restated = restatements[restatements.kind == "restatement"]
    restated = restated if since is None else restated[restated.period_end >= since]
    if restated.empty:
        return sentence("No figure of these periods was restated.")
    intro = sentence("The newest figures that a later filing restated, each with its newest period and the number of periods:")
    return joined((intro, _restated(restated, newest)))


def restatements_by_company(restatements: pd.DataFrame, newest: int) -> ReportHtml | None:
    """The same for several companies, whose rows have the column `company`; None without any."""
    return None if restatements.empty else _restated(restatements, newest)


def _restated(restatements: pd.DataFrame, newest: int) -> ReportHtml:
    keys = ["accession_after", "concept", "unit"]
    counts = restatements.groupby(keys).label.transform("size")
    result = restatements.assign(periods=counts).drop_duplicates(keys).head(newest)
    rows = pd.DataFrame(
        {
            **({"Company": result.company} if "company" in result else {}),
            "Restated": result.filed_on.dt.strftime("%Y-%m-%d"),
            "Figure": result.label.map(tag_words),
            "Period to": result.period_end.dt.strftime("%Y-%m-%d"),
            "Before": result.before.map(_in_full),
            "After": result.after.map(_in_full),
            "Unit": result.unit,
            "Periods": result.periods.astype(str),
            "Filing": result.accession_after,
        }
    )
    return word_table(rows, wrapping="Figure", numbers=["Before", "After", "Periods"])


_BROKEN = ("Figure", "Concepts", "Filings")


def proof_table(figures: pd.DataFrame, lines: Sequence[str]) -> ReportHtml:
    """The newest period's figures of these lines with the XBRL concepts and the filings they come from."""
    there = _given(figures, lines).drop_duplicates(["line", "period"])
    newest = there[there.period_end == there.period_end.max()]
    return word_table(_proofs(newest), wrapping=_BROKEN, numbers="Value")


def proofs_by_company(figures: pd.DataFrame, lines: Sequence[str]) -> ReportHtml:
    """The same for several companies: every figure of these lines, with the column `company` before it."""
    there = _given(figures, lines)
    rows = _proofs(there)
    rows.insert(0, "Company", there.company)
    return word_table(rows, wrapping=_BROKEN, numbers="Value")


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
