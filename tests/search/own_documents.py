"""Recorded filings as documents that people add: paged text, named as people name such files, for no company that is known.

A question is one JSON line: `query`, the `document` that answers, and `pages`, each a list of patterns of which a right page
matches all; `BS`, `IS` and `CF` stand for the pages of the balance sheet, the income statement and the cash flow statement.
`kind` and `half` say what is asked and whether the question was written before (`before`) or after its answer was looked up.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.engine import Database
from tests.conftest import MIRROR
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.adapters.object_store import FolderStore
from workbench.ingest.filings.uploads import add_document
from workbench.ingest.search.passages import embed_missing
from workbench.parse.html.extracted import Block, ExtractedText
from workbench.parse.html.filing_html import extract

QUESTIONS = Path(__file__).parents[1] / "data" / "search_queries_own_documents.jsonl"
# What people call the file, and the recorded filing in it.
NAMES = {
    "AMAZON_2023_10K": "1018724/000101872424000008/amzn-20231231",
    "AMAZON_2024_10K": "1018724/000101872425000004/amzn-20241231",
    "WALMART_2024_10K": "104169/000010416924000056/wmt-20240131",
    "NVIDIA 10-K 2024": "1045810/000104581024000029/nvda-20240128",
    "NVIDIA_2026Q2_10Q": "1045810/000104581025000209/nvda-20250727",
    "TESLA_2023_10K": "1318605/000162828024002390/tsla-20231231",
    "Tesla 10-Q Q2 2025": "1318605/000162828025035806/tsla-20250630",
    "Meta Platforms 10-K 2023": "1326801/000132680124000012/meta-20231231",
    "META_2024_10K": "1326801/000132680125000017/meta-20241231",
    "ALPHABET_2023_10K": "1652044/000165204424000022/goog-20231231",
    "ALPHABET_2023Q3_10Q": "1652044/000165204423000094/goog-20230930",
    "WALTDISNEY_2023Q3_10Q": "1744489/000174448923000171/dis-20230701",
    "nke-20240531": "320187/000032018724000044/nke-20240531",
    "nke-20250531": "320187/000032018725000047/nke-20250531",
    "APPLE_2024_10K": "320193/000032019324000123/aapl-20240928",
    "AAPL_2025Q3_10Q": "320193/000032019325000073/aapl-20250628",
    "MCDONALDS_2023_10K": "63908/000006390824000072/mcd-20231231",
    "ADOBE_2023_10K": "796343/000079634324000006/adbe-20231201",
    "PROCTERGAMBLE_2024_10K": "80424/000008042424000083/pg-20240630",
    "P&G 10-K 2025": "80424/000008042425000076/pg-20250630",
}
_STATEMENTS = {
    "BS": [r"total assets\b[^\n]*\d", r"total (?:current )?liabilities\b[^\n]*\d", r"total current assets[^\n]*\d"],
    "IS": [r"statements? of (?:income|operations|earnings)", r"\bdiluted[^\n]*\d", r"net (?:income|earnings)[^\n]*\d",
           r"(?:provision for|income) (?:income )?tax[^\n]*\d"],
    "CF": [r"statements? of cash flows", r"operating activities", r"(?:investing|financing) activities[^\n]*\d"],
}  # fmt: skip
_WIDTH = 110


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question, the document that answers it, and the page numbers that answer each of its parts."""

    text: str
    document: str
    kind: str
    half: str
    places: tuple[frozenset[int], ...]


def build(database: Database, folder: Path) -> dict[str, list[str]]:
    """Adds and embeds the documents; returns the text of their pages by name."""
    store = FolderStore(folder)
    texts = {}
    for name, path in NAMES.items():
        sheets = list(pages(extract((MIRROR / "Archives" / "edgar" / "data" / f"{path}.htm").read_bytes())))
        add_document(database, store, content="\f".join(sheets).encode(), name=f"{name}.txt")
        texts[name] = sheets
    embed_missing(database, WordLlamaEmbedder())
    return texts


def pages(extracted: ExtractedText) -> Iterator[str]:
    """The text page by page as a PDF gives it: lines of paragraphs, and rows of tables with blanks between their cells."""
    lines: list[str] = []
    table: int | None = None
    for block in extracted.blocks:
        if block.breaks_page and lines:
            yield "\n".join(lines)
            lines = []
        if lines and (block.table is None or block.table != table):
            lines.append("")
        table = block.table
        lines += _lines(extracted.text, block)
    yield "\n".join(lines)


def _lines(text: str, block: Block) -> list[str]:
    source = text[block.start : block.end]
    if block.kind == "row":
        return [" ".join(source.split())]
    return [line for part in source.splitlines() for line in textwrap.wrap(part, _WIDTH)]


def questions(texts: dict[str, list[str]]) -> list[OwnQuestion]:
    """Every labelled question; asserts that each of its places is on a page."""
    results = []
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        places = tuple(_numbers(texts[row["document"]], place) for place in row["pages"])
        assert all(places), f"no page answers {row['query']!r}"
        results.append(OwnQuestion(row["query"], row["document"], row["kind"], row["half"], places))
    return results


def _numbers(sheets: list[str], place: str | list[str]) -> frozenset[int]:
    patterns = _STATEMENTS[place] if isinstance(place, str) else place
    return frozenset(
        number
        for number, sheet in enumerate(sheets, start=1)
        if all(re.search(pattern, sheet, re.IGNORECASE) for pattern in patterns)
    )
