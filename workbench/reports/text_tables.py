"""The text of filings in reports: its changes, its versions over the years, and passages that others share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbench.reports.tables import ReportHtml, fragment, word_table

_LONGEST = 900  # characters of a paragraph; the filing has the rest


def changed_texts(changes: pd.DataFrame, kinds: Sequence[str] = (), *, limit: int = 12) -> ReportHtml | None:
    """The most significant changes of `changes_frame`, of these kinds if any are named, in full; None without one."""
    shown = (changes[changes.kind.isin(kinds)] if kinds else changes).head(limit)
    if shown.empty:
        return None
    old, new = changes.attrs["old"]["accession"], changes.attrs["new"]["accession"]
    return fragment("changed_texts", [_change(row, old, new) for row in shown.itertuples(index=False)])


def _change(row: Any, old: str, new: str) -> dict[str, Any]:
    has_old, has_new = pd.notna(row.old_start), pd.notna(row.new_start)
    places = [f"{old}, characters {row.old_start}-{row.old_end}"] if has_old else []
    places += [f"{new}, characters {row.new_start}-{row.new_end}"] if has_new else []
    if has_old and has_new:
        runs = [("removed", row.removed), ("", " → "), ("added", row.added)] if row.removed or row.added else []
        context = [("", f" in: {_short(str(row.new_text))}")]
        return {"kind": row.kind, "runs": [*runs, *context], "citation": "; ".join(places)}
    text = row.new_text if has_new else row.old_text
    return {"kind": row.kind, "runs": [("added" if has_new else "removed", _short(str(text)))], "citation": "; ".join(places)}


def history_table(history: pd.DataFrame) -> ReportHtml:
    """The versions of `text_history_frame`, newest first: filing, words, and how much of the wording is new."""
    rows = history.iloc[::-1]
    changed = ["first" if pd.isna(value) else f"{value:.1f} %" for value in rows.changed_pct]
    columns = {"Filed": _days(rows.index, "%Y-%m-%d"), "Form": rows.form, "Words": [f"{count:,}" for count in rows.words]}
    return word_table(pd.DataFrame({**columns, "Wording changed": changed, "Filing": rows.accession}))


def lengths(history: pd.DataFrame) -> pd.DataFrame:
    """Words by year of filing, for a chart; empty for a single version."""
    if len(history) < 2:
        return pd.DataFrame()
    return pd.DataFrame({"Words": history.words.astype("float64")}).set_axis(_days(history.index, "%Y"), axis=0)


def change_by_year(history: pd.DataFrame) -> pd.DataFrame:
    """The share of wording that is new by year of filing, for a chart; empty for fewer than three versions."""
    if len(history) < 3:
        return pd.DataFrame()
    return pd.DataFrame({"Changed": history.changed_pct.iloc[1:]}).set_axis(_days(history.index[1:], "%Y"), axis=0)


def similar_table(similar: pd.DataFrame) -> ReportHtml | None:
    """Similar companies with a passage in common, most similar first; None without one."""
    rows = similar[similar.other_passage.notna()]
    if rows.empty:
        return None
    shown = pd.DataFrame(
        {
            "Company": rows.index,
            "Score": [f"{score:.2f}" for score in rows.score],
            "Its closest passage": [_short(text, 320) for text in rows.other_passage],
        }
    )
    return word_table(shown, wrapping="Its closest passage")


def _days(index: pd.Index, form: str) -> list[str]:
    return list(pd.DatetimeIndex(index).strftime(form))


def _short(text: str, most: int = _LONGEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"
