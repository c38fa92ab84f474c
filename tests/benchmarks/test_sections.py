"""Seconds to the items of a 10-K, from its bytes, against edgartools on the same file in the same run."""

from __future__ import annotations

import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import MIRROR, ORACLES
from workbench.parse.html.filing_html import extract
from workbench.parse.items.sections import find_sections

MOST = 0.2  # of edgartools' time


def ours(content: bytes) -> int:
    document = extract(content)
    return sum(len(document.text[section.start : section.end]) for section in find_sections(document, "10-K"))


def theirs(content: bytes) -> int:
    """The parser and sections that edgartools' TenK uses; a section's text is part of the work, as in ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from edgar.documents import HTMLParser
        from edgar.documents.config import ParserConfig

        document = HTMLParser(ParserConfig(form="10-K")).parse(content.decode())
        return sum(len(section.text()) for section in document.sections.values())


def seconds(work: Callable[[bytes], int], content: bytes) -> float:
    started = time.process_time()
    assert work(content) > 100_000
    return time.process_time() - started


def paths() -> list[Path]:
    """The newest recorded 10-K of each company."""
    documents = [json.loads(path.read_bytes())["document"] for path in sorted((ORACLES / "sections").glob("10-K_*.json"))]
    newest = {Path(each).parent.parent: each for each in sorted(documents, key=lambda each: each.rsplit("-", 1)[-1])}
    return [MIRROR / document for document in newest.values()]


@pytest.mark.benchmark
@pytest.mark.mirror
def test_items_of_annual_reports_against_edgartools(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = paths()
    theirs(chosen[0].read_bytes())  # their first call also imports
    rows = []
    for path in chosen:
        content = path.read_bytes()
        rows.append((path.name, len(content), seconds(ours, content), seconds(theirs, content)))
    ratios = [mine / other for _, _, mine, other in rows]
    with capsys.disabled():
        sys.stdout.write(f"\nitems of {len(rows)} 10-Ks, processor seconds: ours, edgartools, ratio" + "\n")
        for (name, size, mine, other), ratio in zip(rows, ratios, strict=True):
            sys.stdout.write(f"  {name:<20} {size / 1e6:4.1f} MB {mine:6.3f} {other:7.3f} {ratio:6.3f}" + "\n")
        sys.stdout.write(f"  median ratio {statistics.median(ratios):.3f}, worst {max(ratios):.3f}, limit {MOST}" + "\n")
    assert statistics.median(ratios) <= MOST
