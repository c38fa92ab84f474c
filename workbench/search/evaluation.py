"""How good the search is, measured on questions whose right answers somebody marked.

A labelled question is one JSON line: `{"query", "filters": {"tickers", "forms", "items", "as_of"}, "relevant": [{"accession"
or "document", "item" or "page", "start", "end", "alternatives"}]}`. `filters` and its parts may be missing. `alternatives`
are places of the same shape that say the same (the passage as another filing repeats it) and count as well as the first.

Recall@k is the share of the marked places among the first k hits, MRR the mean of 1 / rank of the first right hit, nDCG@10
has gain 1 a place (Jaervelin and Kekaelaeinen 2002); each is a mean over questions.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles
from typing import Any

from db import companies
from db.engine import Connection
from workbench.domain.as_of import parse_as_of
from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.passages import Hit
from workbench.domain.identity import Accession
from workbench.ports import Embedder
from workbench.search.hybrid import SearchMode, SearchQuery, search

DEPTHS = (1, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Place:
    """A span [start, end) of one document that answers a question; the document by accession, or by name where it has none."""

    accession: Accession | None
    document: str | None
    start: int
    end: int
    item: str | None = None
    page: int | None = None
    alternatives: tuple[Place, ...] = ()

    def is_shown_by(self, hit: Hit) -> bool:
        """Whether the hit shows this place or an alternative: they share at least half of the shorter of the two."""
        return self._is_shown_here(hit) or any(place.is_shown_by(hit) for place in self.alternatives)

    def _is_shown_here(self, hit: Hit) -> bool:
        if self.accession is not None and self.accession != hit.accession:
            return False
        if self.document is not None and self.document not in (hit.document, hit.title):
            return False
        shared = min(self.end, hit.end) - max(self.start, hit.start)
        return shared > 0 and 2 * shared >= min(self.end - self.start, hit.end - hit.start)


@dataclass(frozen=True, slots=True)
class LabelledQuery:
    """A question with its filters as a user would type them, and every place that answers it."""

    text: str
    relevant: tuple[Place, ...]
    tickers: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    as_of: str | None = None

    def ask(self, connection: Connection, mode: SearchMode, k: int) -> SearchQuery:
        """The question as `search` takes it; raises NotFound for a company that is not here."""
        named = tuple(companies.resolve(connection, ticker).cik for ticker in self.tickers)
        return SearchQuery(self.text, named, self.forms, self.items, parse_as_of(self.as_of), k=k, mode=mode)


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of an evaluation: means over `queries` questions, latency in milliseconds."""

    mode: SearchMode
    queries: int
    recall: dict[int, float]
    mrr: float
    ndcg_10: float
    p50_ms: float
    p95_ms: float


def read_queries(lines: Iterable[str]) -> Iterator[LabelledQuery]:
    """Labelled questions from JSON lines, blank ones skipped; InvalidRequest names the line that is wrong."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            filters = row.get("filters") or {}
            yield LabelledQuery(
                text=str(row["query"]),
                relevant=tuple(_place(place) for place in row["relevant"]),
                tickers=tuple(filters.get("tickers", ())),
                forms=tuple(filters.get("forms", ())),
                items=tuple(filters.get("items", ())),
                as_of=filters.get("as_of"),
            )
        except (ValueError, KeyError, TypeError, AttributeError, InvalidRequest) as error:
            raise InvalidRequest(f"line {number} is no labelled query: {error!r}") from None


def _place(row: dict[str, Any]) -> Place:
    accession, document = row.get("accession"), row.get("document")
    if accession is None and document is None:
        raise ValueError("a place names an accession or a document")
    return Place(
        accession=Accession.parse(accession) if accession is not None else None,
        document=document,
        start=int(row["start"]),
        end=int(row["end"]),
        item=row.get("item"),
        page=row.get("page"),
        alternatives=tuple(_place(place) for place in row.get("alternatives", ())),
    )


def evaluate(
    connection: Connection,
    embedder: Embedder,
    queries: Sequence[LabelledQuery],
    modes: Sequence[SearchMode] = tuple(SearchMode),
    *,
    better: Embedder | None = None,
) -> list[Figures]:
    """Asks every question in every mode; one row a mode, in the order of `modes`. `better` as for `search`."""
    if not queries:
        raise InvalidRequest("there is no labelled query")
    return [_figures(connection, embedder, queries, mode, better) for mode in modes]


def _figures(
    connection: Connection, embedder: Embedder, queries: Sequence[LabelledQuery], mode: SearchMode, better: Embedder | None
) -> Figures:
    results, times = [], []
    for query in queries:
        asked = query.ask(connection, mode, max(DEPTHS))
        begun = time.perf_counter()
        result = search(connection, embedder, asked, better=better)
        times.append((time.perf_counter() - begun) * 1000)
        results.append(ranks(result.hits, query.relevant))
    cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 19
    return Figures(
        mode=mode,
        queries=len(queries),
        recall={k: fmean(recall(places, k) for places in results) for k in DEPTHS},
        mrr=fmean(reciprocal(places) for places in results),
        ndcg_10=fmean(ndcg(places, 10) for places in results),
        p50_ms=cuts[9],
        p95_ms=cuts[18],
    )


def ranks(hits: Sequence[Hit], relevant: Sequence[Place]) -> list[int | None]:
    """For each marked place the rank (1 = first) of the first hit that shows it, or None."""
    return [next((rank for rank, hit in enumerate(hits, start=1) if place.is_shown_by(hit)), None) for place in relevant]


def recall(results: Sequence[int | None], k: int) -> float:
    """Share of the places found among the first k; 0 for a question without places."""
    return sum(rank is not None and rank <= k for rank in results) / len(results) if results else 0.0


def reciprocal(results: Sequence[int | None]) -> float:
    """1 / rank of the first right hit, 0 without one."""
    return max((1 / rank for rank in results if rank is not None), default=0.0)


def ndcg(results: Sequence[int | None], k: int) -> float:
    """Discounted gain of the first k over that of the best order possible; two places shown by one hit count once each."""
    gain = sum(1 / math.log2(rank + 1) for rank in results if rank is not None and rank <= k)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(results), k) + 1))
    return min(1.0, gain / best) if best else 0.0
