"""An in-process cache of answers that depend only on a company's facts, valid until the facts change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from cachetools import LRUCache

from db.facts.versions import facts_version
from workbench.domain.identity import Company

_P = ParamSpec("_P")
_R = TypeVar("_R")

# 18 MB as pages ask; 96 MB if all are statements of every period there is.
_MOST_CACHED = 128


def cached_by_facts(
    compute: Callable[Concatenate[sa.Connection, Company, _P], _R],
) -> Callable[Concatenate[sa.Connection, Company, _P], _R]:
    """The same function, which in a read-only transaction gives what it gave before if the company's facts are the same.

    Its answer must follow from its arguments, the company's facts and this version of the workbench alone, and nobody may
    change it. What a transaction has written itself may never be, so one that can write is answered anew each time.
    """

    @wraps(compute)
    def answer(connection: sa.Connection, company: Company, /, *args: _P.args, **named: _P.kwargs) -> _R:
        if not connection.get_execution_options().get("postgresql_readonly"):
            return compute(connection, company, *args, **named)
        # Before the facts are read: those that come in between are then newer than their version says, never older.
        version = facts_version(connection, company.cik)
        stored = _cache_of(connection.engine)
        question = (compute, company, args, tuple(sorted(named.items())))
        return stored.answer(question, version, lambda: compute(connection, company, *args, **named))

    return answer


class _AnswerCache:
    """The answers from one database that were asked for last, each with the version of the facts it follows from."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: LRUCache[object, tuple[int, Any]] = LRUCache(_MOST_CACHED)

    def answer(self, question: object, version: int, compute: Callable[[], _R]) -> _R:
        with self._lock:
            result = self._answers.get(question)
        if result is not None and result[0] == version:
            return result[1]  # type: ignore[no-any-return]
        computed = compute()
        with self._lock:
            self._answers[question] = version, computed
        return computed


_CACHES: WeakKeyDictionary[sa.Engine, _AnswerCache] = WeakKeyDictionary()
_CACHES_LOCK = Lock()


def _cache_of(engine: sa.Engine) -> _AnswerCache:
    with _CACHES_LOCK:
        return _CACHES.setdefault(engine, _AnswerCache())
