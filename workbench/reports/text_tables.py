"""The text of filings in reports: its changes, its versions over the years, and passages that others share."""

from __future__ import annotations

import re
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
    is_named = shown.kind.nunique() > 1
    rows = [_change(row, old, new, is_named=is_named) for row in shown.itertuples(index=False)]
    return fragment("changed_texts", rows)


def _change(row: Any, old: str, new: str, *, is_named: bool) -> dict[str, Any]:
    has_old, has_new = pd.notna(row.old_start), pd.notna(row.new_start)
    places = [f"{old}, characters {row.old_start}-{row.old_end}"] if has_old else []
    places += [f"{new}, characters {row.new_start}-{row.new_end}"] if has_new else []
    kind = "removed" if not has_new else "added" if not has_old else ""
    runs = _runs(row.marked) if pd.notna(row.marked) else [(kind, _short(str(row.new_text if has_new else row.old_text)))]
    return {"kind": row.kind if is_named else "", "runs": runs, "citation": "; ".join(places)}


# What `changes_frame` marks in the text of a changed paragraph.
_MARKED = re.compile(r"\[-(.*?)-\]|\{\+(.*?)\+\}", re.DOTALL)
_AROUND = 200  # characters of unchanged text beside a changed word


def _runs(marked: str) -> list[tuple[str, str]]:
    """The stretches of a marked text: unchanged (an empty kind; a long one is shortened in its middle), removed or added."""
    runs, place = [], 0
    for mark in _MARKED.finditer(marked):
        runs.append(("", _around(marked[place : mark.start()])))
        runs.append(("added", mark[2]) if mark[1] is None else ("removed", mark[1]))
        place = mark.end()
    return [run for run in (*runs, ("", _around(marked[place:]))) if run[1]]


def _around(text: str) -> str:
    if len(text) <= 2 * _AROUND:
        return text
    return f"{text[:_AROUND].rsplit(' ', 1)[0]} … {text[-_AROUND:].split(' ', 1)[-1]}"


def history_table(history: pd.DataFrame) -> ReportHtml:
    """The versions of `text_history_frame`, newest first: filing, words, and how much of the wording is new."""
    rows = history.iloc[::-1]
    changed = ["first" if pd.isna(value) else f"{value:.1f} %" for value in rows.changed_pct]
    columns = {"Filed": _days(rows.index, "%Y-%m-%d"), "Form": rows.form, "Words": [f"{count:,}" for count in rows.words]}
    shown = pd.DataFrame({**columns, "Wording changed": changed, "Filing": rows.accession})
    return word_table(shown, numbers=["Words", "Wording changed"])


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
    return word_table(shown, wrapping=["Company", "Its closest passage"], numbers="Score")


def _days(index: pd.Index, form: str) -> list[str]:
    return list(pd.DatetimeIndex(index).strftime(form))


def _short(text: str, most: int = _LONGEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"
