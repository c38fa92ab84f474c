"""Where inline XBRL's numeric elements stand in the extracted text."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.domain.measures.provenance import PlacedFact
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.xbrl.inline_xbrl import InlineFact

_LONGEST = 200  # characters; no number is printed longer


def place(facts: tuple[InlineFact, ...], extracted: ExtractedText) -> Iterator[PlacedFact]:
    """Each fact with the span it is printed at, in order; an element that wraps others stands where they stand."""
    spans = _spans(extracted)
    for fact in facts:
        names = [name for name in (fact.element_id, *fact.inner) if name in spans]
        start = min((spans[name][0] for name in names), default=None)
        end = max((spans[name][1] for name in names), default=None)
        if start is None or end is None or end - start > _LONGEST:
            start = end = None
        printed = None
        if start is not None and end is not None:  # a run begins with the space before its first word
            text = extracted.text[start:end]
            printed = text.strip()
            start += len(text) - len(text.lstrip())
            end = start + len(printed)
        yield PlacedFact(
            fact.element_id, fact.concept, fact.unit, fact.period_start, fact.period_end, fact.dimensions, fact.value,
            fact.decimals, start, end, printed,
        )  # fmt: skip


def _spans(extracted: ExtractedText) -> dict[str, tuple[int, int]]:
    """Of an id that stands in several blocks, which no good document has, the first."""
    spans: dict[str, tuple[int, int]] = {}
    for block in extracted.blocks:
        here: dict[str, tuple[int, int]] = {}
        for runs in (block.runs, *(cell.runs for cell in block.cells)):
            for run in runs:
                if run.fact:
                    start, end = here.get(run.fact, (run.start, run.end))
                    here[run.fact] = (min(start, run.start), max(end, run.end))
        for name, span in here.items():
            spans.setdefault(name, span)
    return spans
