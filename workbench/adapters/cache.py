"""Cached answers: in this process, or in a Redis that several hosts share."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, cast
from uuid import uuid4

import redis

from workbench.deadlines.connections import bounded_redis
from workbench.domain.errors import SourceUnavailable
from workbench.secret_values import Secret

logger = logging.getLogger(__name__)


_LONGEST_WAIT_SECONDS = 60.0  # for an answer that another thread makes; after this it is taken for stuck


class ProcessCache:
    """A Cache in this process's memory. Of more than `entries` answers the least recently used are dropped."""

    def __init__(self, entries: int = 10_000) -> None:
        self._entries = entries
        self._stored: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._being_made: dict[str, Future[bytes]] = {}
        self._lock = threading.Lock()

    def answer(self, key: str, make: Callable[[], bytes], *, seconds: float) -> bytes:
        """What is kept under `key`, or else what `make` gives; see the port."""
        with self._lock:
            until, content = self._stored.get(key, (0.0, b""))
            if time.monotonic() < until:
                self._stored.move_to_end(key)
                return content
            waiting = self._being_made.get(key)
            if waiting is None:
                own: Future[bytes] = Future()
                self._being_made[key] = own
        if waiting is None:
            return self._make(key, own, make, seconds)
        if wait([waiting], timeout=_LONGEST_WAIT_SECONDS).done:
            return waiting.result()
        return make()

    def _make(self, key: str, own: Future[bytes], make: Callable[[], bytes], seconds: float) -> bytes:
        try:
            content = make()
        except BaseException as error:
            with self._lock:
                if self._being_made.get(key) is own:
                    del self._being_made[key]
            own.set_exception(error)
            raise
        with self._lock:
            if self._being_made.get(key) is own:  # else it was dropped meanwhile, and may be what no longer holds
                del self._being_made[key]
                self._stored[key] = (time.monotonic() + seconds, content)
                self._stored.move_to_end(key)
                while len(self._stored) > self._entries:
                    self._stored.popitem(last=False)
        own.set_result(content)
        return content

    def drop(self, key: str) -> None:
        """Drops the answer to `key`."""
        with self._lock:
            self._stored.pop(key, None)
            self._being_made.pop(key, None)

    def clear(self) -> None:
        """Drops every answer."""
        with self._lock:
            self._stored.clear()
            self._being_made.clear()


_PREFIX = "workbench:"
_LOCK = ":made-by"
_LONGEST_MAKING_SECONDS = 10.0  # after this the maker is taken for dead
_LOOK_AGAIN_SECONDS = 0.02
_REST_SECONDS = 2.0  # after a failure Redis is left alone so long, or every question would wait for its time-out

# The cached answer, or the lock to make it, in one step: between two steps an answer could be stored and its lock released.
_CACHED_OR_TURN = """
local stored = redis.call('get', KEYS[1])
if stored then return {1, stored} end
if redis.call('set', KEYS[2], ARGV[1], 'nx', 'px', ARGV[2]) then return {2, ''} end
return {0, ''}
"""
_IS_STORED, _IS_TURN = 1, 2

# Stores an answer only while its maker still holds the lock, which a `drop` takes away.
_KEEP = """
if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3])
redis.call('del', KEYS[2])
return 1
"""
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


class RedisCache:
    """A Cache in Redis 7. While Redis does not respond, answers are made each time; drops are carried out afterwards.

    Each command ends within `timeout_seconds`, its one retry included.
    """

    def __init__(self, url: Secret, *, timeout_seconds: float = 0.5) -> None:
        self._redis = bounded_redis(url, seconds=timeout_seconds)
        self._rests_until = 0.0
        self._owed: set[str] = set()  # drops that Redis has not heard of; "" is all
        self._lock = threading.Lock()

    def answer(self, key: str, make: Callable[[], bytes], *, seconds: float) -> bytes:
        """What is kept under `key`, or else what `make` gives; see the port."""
        token = uuid4().hex
        try:
            stored = self._cached_or_turn(key, token)
        except redis.RedisError as error:
            self._failed(error)
            return make()
        if stored is not None:
            return stored
        try:
            content = make()
        except BaseException:
            self._quietly(_RELEASE, [_name(key) + _LOCK], [token])
            raise
        self._quietly(_KEEP, [_name(key), _name(key) + _LOCK], [token, content, max(1, round(seconds * 1000))])
        return content

    def drop(self, key: str) -> None:
        """Drops the answer to `key`, in every process."""
        self._owe(key)

    def clear(self) -> None:
        """Drops every answer, in every process."""
        self._owe("")

    def version(self) -> str:
        """The server's version; raises SourceUnavailable when it does not answer."""
        try:
            return str(self._redis.info("server")["redis_version"])
        except redis.RedisError as error:
            raise SourceUnavailable(
                f"Redis does not respond: {error}",
                hint="start it, or check WORKBENCH_CACHE__URL; answers take longer without it",
            ) from None

    def close(self) -> None:
        """Closes the connections."""
        self._redis.close()

    def _cached_or_turn(self, key: str, token: str) -> bytes | None:
        """The cached answer; or None once it is this caller's turn to make it."""
        self._reachable()
        name, until = _name(key), time.monotonic() + _LONGEST_MAKING_SECONDS
        while time.monotonic() < until:
            longest = round(_LONGEST_MAKING_SECONDS * 1000)
            state, content = cast(
                "tuple[int, bytes]", self._redis.eval(_CACHED_OR_TURN, 2, name, name + _LOCK, token, longest)
            )
            if state == _IS_STORED:
                return content
            if state == _IS_TURN:
                return None
            time.sleep(_LOOK_AGAIN_SECONDS)
        return None

    def _reachable(self) -> None:
        """Raises while Redis rests, and makes up for drops that are owed: nobody reads before those are done."""
        if time.monotonic() < self._rests_until:
            raise redis.ConnectionError("not asked so soon after a failure")
        with self._lock:
            for key in sorted(self._owed):
                if key:
                    self._redis.delete(_name(key), _name(key) + _LOCK)
                else:
                    for batch in _batches(list(self._redis.scan_iter(f"{_PREFIX}*", count=1000))):
                        self._redis.delete(*batch)
                self._owed.discard(key)

    def _owe(self, key: str) -> None:
        with self._lock:
            self._owed.add(key)
        try:
            self._reachable()
        except redis.RedisError as error:
            self._failed(error)

    def _quietly(self, script: str, keys: list[str], arguments: list[Any]) -> None:
        try:
            self._redis.eval(script, len(keys), *keys, *arguments)
        except redis.RedisError as error:
            self._failed(error)

    def _failed(self, error: redis.RedisError) -> None:
        if time.monotonic() >= self._rests_until:
            logger.warning("the cache does not respond, so answers take longer: %s", error)
            self._rests_until = time.monotonic() + _REST_SECONDS


def _name(key: str) -> str:
    return _PREFIX + key


def _batches(keys: list[Any]) -> list[list[Any]]:
    return [keys[start : start + 500] for start in range(0, len(keys), 500)]
