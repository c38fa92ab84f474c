"""Answers to searches, cached in the process until the database notifies a change of anything that is searched."""

from __future__ import annotations

import threading
from collections.abc import Callable

from cachetools import LRUCache

from workbench.runtime.changes import Changes
from workbench.search.hybrid import SearchQuery, SearchResult

# Some 4 kB each.
_MOST_HITS = 4000
# Notices of what is searched: passages and documents, companies with their tickers, filings and facts.
_SEARCHED, _OF_COMPANIES = "search", "company:"


class SearchCache:
    """Answers by question, filters and caller, the most recently used ones; for a long-running process.

    Answers with figures are not cached, since figures follow from more than what is searched, nor those without the embedding
    service, which may answer the next time.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._version = 0
        self._lock = threading.Lock()
        self._results: LRUCache[SearchQuery, SearchResult] = LRUCache(_MOST_HITS, getsizeof=_size)
        changes.subscribe(self._on_change)

    def at_hand(self, query: SearchQuery) -> SearchResult | None:
        """The cached answer; None without one, and while changes of the database are not noticed."""
        if not self._changes.is_listening:
            return None
        with self._lock:
            return self._results.get(query)

    def answer(self, query: SearchQuery, ask: Callable[[], SearchResult]) -> SearchResult:
        """The cached answer, or that of `ask()`, which is cached unless something changed meanwhile."""
        if (cached := self.at_hand(query)) is not None:
            return cached
        version = self._version
        result = ask()
        if self._changes.is_listening and result.figures is None and result.unanswered is None:
            with self._lock:
                if version == self._version and _size(result) <= _MOST_HITS:
                    self._results[query] = result
        return result

    def _on_change(self, key: str | None) -> None:
        if key is None or key == _SEARCHED or key.startswith(_OF_COMPANIES):
            with self._lock:
                self._version += 1
                self._results.clear()


def _size(result: SearchResult) -> int:
    return len(result.hits) + 1
