"""The text of filings as DataFrames: an item by paragraph, its versions over the years, and its changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from workbench.domain.filings.changes import Change, ItemChanges, ItemVersion, Paragraph
from workbench.domain.filings.similarity import SimilarCompany


def section_frame(version: ItemVersion, paragraphs: Iterable[Paragraph]) -> pd.DataFrame:
    """One row a paragraph or table, in the order of the item: its span in the document's text, and the text.

    `attrs` have the citation: accession, form, filed_on, document, part, item, title and status.
    """
    rows = [(each.ordinal, each.start, each.end, each.text) for each in paragraphs]
    frame = pd.DataFrame(rows, columns=["paragraph", "start", "end", "text"]).set_index("paragraph")
    frame.attrs.update(_citation(version))
    return frame


def text_history_frame(versions: Sequence[ItemVersion], texts: Sequence[str], changed: Sequence[float | None]) -> pd.DataFrame:
    """One row a version of an item, oldest first (index `filed_on`): its filing, words, text, and what changed in it.

    `changed_pct` is the share of words (0 to 100) that differ from the version before; NaN for the first one.
    """
    columns = ["accession", "form", "part", "item", "title", "status", "start", "end", "words", "changed_pct", "text"]
    rows = [
        {
            **{name: value for name, value in _citation(version).items() if name in columns},
            "start": version.section.start,
            "end": version.section.end,
            "words": len(text.split()),
            "changed_pct": None if ratio is None else 100 * ratio,
            "text": text,
        }
        for version, text, ratio in zip(versions, texts, changed, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=columns).astype({"changed_pct": "float64"})
    frame.index = pd.DatetimeIndex([version.document.filed_on for version in versions], name="filed_on")
    return frame


def changes_frame(item_changes: ItemChanges, changes: Sequence[Change]) -> pd.DataFrame:
    """One row a change, the most significant first: kind, weight in bits, both texts with their spans, and the words apart.

    `removed` and `added` are the words that only one of the texts has; `marked` is the new text with both in their places, as
    wdiff writes them: `[-removed-]` and `{+added+}`. `attrs` have both citations under `old` and `new`,
    `changed_pct` (0 to 100) and how many changes of each kind there are.
    """
    rows = [
        {
            "kind": change.kind.value,
            "weight": change.weight,
            "is_moved": change.is_moved,
            "removed": _words(change, "removed"),
            "added": _words(change, "added"),
            "marked": _marked(change),
            **_side("old", change.old),
            **_side("new", change.new),
        }
        for change in changes
    ]
    sides = [f"{side}_{name}" for side in ("old", "new") for name in ("start", "end", "text")]
    frame = pd.DataFrame(rows, columns=["kind", "weight", "is_moved", "removed", "added", "marked", *sides])
    frame = frame.astype({name: "Int64" for name in sides if not name.endswith("text")})
    frame.attrs = {
        "company": item_changes.pair.company.label,
        "old": _citation(item_changes.pair.old),
        "new": _citation(item_changes.pair.new),
        "changed_pct": 100 * item_changes.diff.changed_ratio,
        "counts": {kind.value: count for kind, count in item_changes.diff.counts.items() if count},
    }
    return frame


def similar_frame(results: Iterable[SimilarCompany]) -> pd.DataFrame:
    """One row a similar company, most similar first (index `company`): score and its parts from 0 to 1, size, and a passage.

    `own_passage` and `other_passage` are the closest pair of passages. Revenue is of the last fiscal year, in `currency`.
    """
    columns = [
        "name", "cik", "score", "text_similarity", "industry_similarity", "size_similarity", "revenue", "currency", "period",
        "own_passage", "other_passage",
    ]  # fmt: skip
    results = list(results)
    rows = []
    for one in results:
        size, pair = one.size, next(iter(one.passages), None)
        likeness = (one.score, one.text_similarity, one.industry_similarity, one.size_similarity)
        revenue = None if size is None or size.revenue is None else float(size.revenue)
        of_size = (revenue, size.currency if size else None, size.period_label if size else None)
        texts = (pair.own.text, pair.other.text) if pair else (None, None)
        rows.append((one.company.name, one.company.cik.number, *likeness, *of_size, *texts))
    index = pd.Index([one.company.label for one in results], name="company", dtype="str")
    frame = pd.DataFrame(rows, columns=columns, index=index)
    return frame.astype(dict.fromkeys(columns[2:7], "float64"))


def _citation(version: ItemVersion) -> dict[str, Any]:
    document, section = version.document, version.section
    return {
        "accession": document.accession.text if document.accession else None,
        "form": document.form,
        "filed_on": document.filed_on.isoformat() if document.filed_on else None,
        "document": document.name,
        "part": section.part,
        "item": section.item,
        "title": section.title,
        "status": section.status,
    }


def _side(name: str, paragraph: Paragraph | None) -> dict[str, Any]:
    if paragraph is None:
        return {}
    return {f"{name}_start": paragraph.start, f"{name}_end": paragraph.end, f"{name}_text": paragraph.text}


_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


def _marked(change: Change) -> str | None:
    """Both wordings in one; None where there is one alone, or both are equal."""
    return "".join(_MARKS[run.kind].format(run.text) for run in change.words) or None


def _words(change: Change, kind: str) -> str:
    """The words that only one side has; of a paragraph that only one side has, its text."""
    if change.words:
        return " … ".join(run.text.strip() for run in change.words if run.kind == kind)
    side = {"removed": change.old, "added": change.new}[kind] if (change.old is None) != (change.new is None) else None
    return side.text if side else ""
