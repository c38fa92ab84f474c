"""Labelled places without any text of a filing: each is found again by hashes of its first and last words.

`python -m tests.search.anchors` writes the offsets anew after the extractor changed (the recorded filings must be there).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.conftest import MIRROR

QUERIES = Path(__file__).parents[1] / "data" / "search_queries.jsonl"
# Asked in ignorance of how the search ranks, answers found by reading; never tuned upon.
HELD_OUT = QUERIES.with_name("search_queries_held_out.jsonl")
# As analysts ask: short, with names, abbreviations and items. Answers found by reading; what was fixed for some of them
# (names that filings spell out, apparatus, items) holds for all questions, and no weight was chosen by them.
ANALYSTS = QUERIES.with_name("search_queries_analysts.jsonl")
# So many words begin and end a place; few enough to survive another way to set tables, enough to be unique in a filing.
_WORDS = 6


def places(queries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every labelled place, alternatives too."""
    for query in queries:
        for place in query["relevant"]:
            yield place
            yield from place.get("alternatives", ())


def read(file: Path = QUERIES) -> list[dict[str, Any]]:
    """The labelled queries as they stand in the file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _words(text: str) -> list[tuple[str, int, int]]:
    return [(match.group().lower(), match.start(), match.end()) for match in re.finditer(r"[^\W_]+", text)]


def _hash(words: list[tuple[str, int, int]]) -> str:
    return hashlib.sha256(" ".join(word for word, _, _ in words).encode()).hexdigest()[:16]


def fingerprint(text: str, start: int, end: int) -> dict[str, Any]:
    """`head`, `tail` and `words` of the span, which find it again in another extraction of the same document."""
    inside = _words(text[start:end])
    return {"head": _hash(inside[:_WORDS]), "tail": _hash(inside[-_WORDS:]), "words": len(inside)}


class Anchors:
    """Finds places in one document's text."""

    def __init__(self, text: str) -> None:
        self._all = _words(text)
        self._at: dict[str, list[int]] = {}
        for number in range(len(self._all) - _WORDS + 1):
            self._at.setdefault(_hash(self._all[number : number + _WORDS]), []).append(number)

    def locate(self, place: Mapping[str, Any]) -> tuple[int, int] | None:
        """The span whose first and last words are those of the place, nearest to its old offset; None when there is none."""
        best: tuple[int, int, int] | None = None
        for first in self._at.get(place["head"], ()):
            for last in self._at.get(place["tail"], ()):
                length = last + _WORDS - first
                if 0.7 * place["words"] <= length <= 1.4 * place["words"]:
                    start, end = self._all[first][1], self._all[last + _WORDS - 1][2]
                    best = min(filter(None, (best, (abs(start - place["start"]), start, end))))
        return (best[1], best[2]) if best else None


def reanchor(queries: list[dict[str, Any]], texts: Mapping[str, str]) -> int:
    """Sets `start` and `end` of every place to where it stands in `texts` (by accession); returns how many were not found."""
    anchors = {accession: Anchors(text) for accession, text in texts.items()}
    lost = 0
    for place in places(queries):
        found = anchors[place["accession"]].locate(place)
        if found is None:
            lost += 1
        else:
            place["start"], place["end"] = found
    return lost


def documents() -> dict[str, Path]:
    """The recorded 10-K and 10-Q documents of the companies in the set, by accession."""
    found = {}
    for path in sorted((MIRROR / "Archives" / "edgar" / "data").glob("*/*/*.htm")):
        compact = path.parent.name
        accession = f"{compact[:10]}-{compact[10:12]}-{compact[12:]}"
        if re.fullmatch(r"[a-z]+-\d{8}\.htm", path.name):
            found[accession] = path
    return found


def _main() -> None:
    from workbench.parse.html.filing_html import extract

    for file in (QUERIES, HELD_OUT, ANALYSTS):
        queries = read(file)
        wanted = {place["accession"] for place in places(queries)}
        texts = {name: extract(path.read_bytes()).text for name, path in documents().items() if name in wanted}
        lost = reanchor(queries, texts)
        file.write_text("".join(json.dumps(query, ensure_ascii=False) + "\n" for query in queries), encoding="utf-8")
        print(f"{len(queries)} queries over {len(texts)} filings; {lost} places lost")  # noqa: T201


if __name__ == "__main__":
    _main()
