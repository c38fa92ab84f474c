"""Items against what two independent extractors made of the same filings, where those two agree with each other.

Lengths are counted without white space. The peers err too: a difference stands only with its reason, in the file beside.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MIRROR, ORACLES
from workbench.parse.html.filing_html import extract
from workbench.parse.items.sections import find_sections

REASONS = Path(__file__).with_name("section_differences.json")
TOLERANCE = 0.05
LEAST_SHARE = 0.97

Name = tuple[str | None, str]  # part (10-Q only, whose parts repeat the numbers) and item


# The title of the next part, which the peers leave at the end of an item and which belongs to none.
NEXT_PART = re.compile(r"\W*\bpart\s+(?:iv|i{1,3})(?:\W+(?:other|financial)\s+information)?\W*$", re.IGNORECASE)


def _length(text: str) -> int:
    return len(re.sub(r"\s", "", NEXT_PART.sub("", text)))


def _close(one: int, other: int) -> bool:
    return abs(one - other) <= TOLERANCE * max(one, other)


def _peer(texts: dict[str, str], form: str) -> dict[Name, int]:
    lengths: dict[Name, int] = {}
    for key, text in texts.items():
        match = re.fullmatch(r"(?:part_(?P<part>[1-4iv]+)_)?item_(?P<item>\d+[a-cA-C]?)", key)
        if match:
            part = {"1": "I", "2": "II", "i": "I", "ii": "II"}.get(match["part"] or "") if form == "10-Q" else None
            name = (part, match["item"].upper())
            lengths[name] = lengths.get(name, 0) + _length(text)
    return lengths


def _compared() -> Iterator[tuple[str, str, int, int, int]]:
    """(accession, item, our length, length by the one peer, by the other) for each item that both peers have."""
    for path in sorted((ORACLES / "sections").glob("*.json")):
        oracle = json.loads(path.read_bytes())
        form = oracle["form"]
        document = extract((MIRROR / oracle["document"]).read_bytes())
        ours = {
            (section.part if form == "10-Q" else None, section.item): _length(document.text[section.start : section.end])
            for section in find_sections(document, form)
        }
        first = _peer({key: value["text"] for key, value in oracle["edgartools_5.62"].items()}, form)
        second = _peer(oracle["edgar_crawler"], form)
        for name in sorted(first.keys() & second.keys(), key=str):
            if first[name] and second[name]:
                yield oracle["accession"], ".".join(filter(None, name)), ours.get(name, 0), first[name], second[name]


@pytest.mark.mirror
def test_items_match_two_peers_where_they_agree(capsys: pytest.CaptureFixture[str]) -> None:
    reasons = {(entry["accession"], entry["item"]): entry["reason"] for entry in json.loads(REASONS.read_text())}
    agreed = equal = 0
    empty, differences = [], []
    for accession, item, ours, first, second in _compared():
        if not ours:
            empty.append(f"{accession} {item}: nothing, {first} and {second}")
        if not _close(first, second):
            continue
        agreed += 1
        if _close(ours, first) or _close(ours, second):
            equal += 1
        else:
            differences.append((accession, item, f"{ours}, {first} and {second}"))
    with capsys.disabled():
        sys.stdout.write(
            f"\nsections: {equal} of {agreed} items ({equal / agreed:.1%}) within 5 % of two peers that agree" + "\n"
        )
        for accession, item, lengths in differences:
            sys.stdout.write(f"  {accession} {item}: {lengths}; {reasons.get((accession, item), 'NO REASON')}" + "\n")
    assert agreed > 450
    assert not empty
    assert equal / agreed >= LEAST_SHARE
    assert [difference for difference in differences if difference[:2] not in reasons] == []
    assert set(reasons) <= {difference[:2] for difference in differences}, "a reason for a difference that is gone"
