"""What happened, in sentences that code composes from figures, each with the filings that it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.domain.statements.reasons import why_not
from workbench.reports.tables import ReportHtml, fragment


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the accessions of the filings behind its figures."""

    text: str
    sources: tuple[str, ...] = ()


# The kinds of changes that are no words about a paragraph.
_CHANGED = {"numbers": "with other numbers"}


def summary(*sentences: Sentence | None) -> ReportHtml:
    """The sentences as one paragraph with numbered citations, and the filings below it; those that are None are left out."""
    given = [sentence for sentence in sentences if sentence is not None]
    numbers: dict[str, int] = {}
    rows = []
    for sentence in given:
        cited = [numbers.setdefault(source, len(numbers) + 1) for source in dict.fromkeys(sentence.sources)]
        rows.append((sentence.text.replace(" %", "\N{NO-BREAK SPACE}%"), cited))
    return fragment("summary", rows, list(numbers))


def movement(figures: pd.DataFrame, line: str) -> Sentence | None:
    """How a line of `figures_frame` moved from the period before to the newest one; None if the newest is not given."""
    rows = figures[figures.line == line]
    if rows.empty or math.isnan(rows.comparable.iloc[-1]):
        return None
    newest = rows.iloc[-1]
    text = f"{newest.label} was {amount_in_words(newest.comparable, newest.unit)} in {newest.period}"
    before = rows.iloc[-2] if len(rows) > 1 else None
    if before is None or math.isnan(before.comparable):
        return Sentence(f"{text}.", tuple(_accessions(newest)))
    change = f"after {amount_in_words(before.comparable, before.unit)} in {before.period}"
    if before.comparable > 0 and newest.comparable > 0:
        change = f"{_change(newest.comparable / before.comparable - 1)} {before.period}"
    return Sentence(f"{text}, {change}.", (*_accessions(newest), *_accessions(before)))


def leaders(compared: pd.DataFrame, measures: Mapping[str, str], proofs: pd.DataFrame) -> list[Sentence]:
    """Who leads in each measure of `comparison_frame` and who comes last, in the newest column that the most companies have.

    `measures` are names with what they are called in the sentence; `proofs` is `figures_frame` with the column `company`,
    whose filings are cited.
    """
    results = []
    for name, words in measures.items():
        rows = compared[compared.index.get_level_values("measure") == name].droplevel("measure")
        counts = rows.notna().sum()
        if rows.empty or counts.max() < 2:
            continue
        column = counts[counts == counts.max()].index[-1]
        ordered = rows[column].dropna().sort_values(ascending=False)
        first, last = ordered.index[0], ordered.index[-1]
        among = "" if len(ordered) == len(rows) else f" of the {len(ordered)} companies with a figure"
        text = (
            f"In {column}, {first} had the highest {words}{among} ({ordered.iloc[0]:,.1f} %) and {last} the lowest "
            f"({ordered.iloc[-1]:,.1f} %)."
        )
        cited = proofs[proofs.company.isin([first, last]) & proofs.value.notna()]
        results.append(Sentence(text, tuple(dict.fromkeys(_split(cited.accessions)))))
    return results


def score_sentence(scores: pd.DataFrame, name: str) -> Sentence | None:
    """The newest value of a score with its reading, or why it is refused; None if the score is not for the company."""
    rows = scores[scores.score == name]
    if rows.empty:
        return None
    newest = rows.iloc[-1]
    if math.isnan(newest.value):
        return Sentence(f"{newest.label} of {newest.period} is refused: {why_not(newest.reason)}.")
    unit = {"pct": " %", "points": " points"}.get(newest.unit, "")
    digits = 0 if newest.unit == "points" else 2
    known = rows[rows.value.notna()]
    before = f" ({known.iloc[-2].value:,.{digits}f}{unit} in {known.iloc[-2].period})" if len(known) > 1 else ""
    reading = scores.attrs["readings"][name]
    text = f"{newest.label} came to {newest.value:,.{digits}f}{unit} in {newest.period}{before}. {reading}"
    return Sentence(text, tuple(_split([newest.accessions])))


def change_sentences(changes: pd.DataFrame) -> list[Sentence]:
    """Which filings of an item are compared, how much of its wording differs, and by which kinds of change."""
    old, new = changes.attrs["old"], changes.attrs["new"]
    item = f"Item {new['item']} ({new['title']})"
    first = (
        f"{item} of the {new['form']} filed on {new['filed_on']} differs from that of {old['filed_on']} in "
        f"{changes.attrs['changed_pct']:.1f} % of its words."
    )
    counts = ", ".join(f"{count} {_CHANGED.get(kind, kind)}" for kind, count in changes.attrs["counts"].items())
    second = f"Of its paragraphs, {counts}." if counts else "No paragraph was changed."
    cited = (new["accession"], old["accession"])
    return [Sentence(first, cited), Sentence(second)]


def history_sentence(history: pd.DataFrame) -> Sentence | None:
    """How the length of an item moved over its versions of `text_history_frame`; None for a single one."""
    if len(history) < 2:
        return None
    first, last = history.iloc[0], history.iloc[-1]
    change = _change(last.words / first.words - 1) if first.words else "where there were none in"
    text = f"It has {last.words:,} words, {change} {first.name:%Y}, over {len(history)} reports."
    return Sentence(text, (last.accession, first.accession))


def screen_sentences(screen: pd.DataFrame, long: pd.DataFrame) -> list[Sentence]:
    """How many companies pass a screen and how many cannot be evaluated, and the first in its order with its figure."""
    matched, looked_at = screen.attrs["matched"], screen.attrs["looked_at"]
    results = [Sentence(f"{screen.attrs['sentence']} {matched:,} of {looked_at:,} companies pass.")]
    if undecided := sum(screen.attrs["undecided"].values()):
        reasons = "; ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in screen.attrs["undecided"].items())
        results.append(Sentence(f"{undecided:,} cannot be evaluated ({reasons})."))
    if not long.empty:
        head = long.iloc[0]
        text = f"First is {head.company}, with {head.label} of {amount_in_words(head.value, head.unit)} in {head.period}."
        results.append(Sentence(text, tuple(_split([head.accessions]))))
    return results


def study_sentences(study: pd.DataFrame, events: pd.DataFrame) -> list[Sentence]:
    """What an event study found over its window, and whether the band excludes zero; or why there is no result."""
    refusal = study.attrs["refusal"]
    if refusal:
        return [Sentence(refusal)]
    last, first = study.iloc[-1], study.index[0]
    used = events[events.excluded.isna()]
    is_clear = last.low_pct > 0 or last.high_pct < 0
    conclusion = "excludes zero" if is_clear else "includes zero, so it may be chance"
    text = (
        f"Over trading days {first} to {study.index[-1]} around {len(used)} filings the mean cumulative abnormal return is "
        f"{last.car_pct:+.2f} %; the {study.attrs['level']:.0%} band of {last.low_pct:+.2f} to {last.high_pct:+.2f} % "
        f"{conclusion}."
    )
    highest = used.sort_values("car_pct", key=abs, ascending=False).iloc[0]
    widest = (
        f"The largest move is that of {highest.company} around {highest.filed_on:%Y-%m-%d} ({highest.what}): "
        f"{highest.car_pct:+.1f} %."
    )
    share = (used.car_pct > 0).mean()
    return [
        Sentence(text),
        Sentence(widest, (highest.accession,)),
        Sentence(f"{share:.0%} of the filings have a positive return."),
    ]


def amount_in_words(value: float, unit: str | None) -> str:
    """A figure in a sentence: 46.3 billion USD, 12.5 %, 3.23 USD a share."""
    unit = unit or ""
    if unit == "pct":
        return f"{value:,.1f} %"
    if unit.endswith("/shares"):
        return f"{value:,.2f} {unit.removesuffix('/shares')} a share"
    if unit in ("ratio", "score", "days"):
        return f"{value:,.2f}" + (" days" if unit == "days" else "")
    for divisor, name in ((1e9, "billion "), (1e6, "million ")):
        if abs(value) >= divisor:
            return f"{value / divisor:,.1f} {name}{unit}"
    return f"{value:,.0f} {unit}".strip()


def _change(ratio: float) -> str:
    if abs(ratio) < 0.0005:
        return "as in"
    return f"{abs(ratio):.1%} {'more' if ratio > 0 else 'less'} than in".replace("%", " %")


def _accessions(row: Any) -> Sequence[str]:
    return _split([row.accessions])


def _split(texts: Iterable[str]) -> list[str]:
    return [part.strip() for text in texts for part in str(text).split(",") if part.strip()]
