"""Requests of the last minute by caller, counted in a Redis that several processes share."""

from __future__ import annotations

import asyncio
import logging
import time

import redis
from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from workbench.adapters.request_windows import ProcessWindows
from workbench.ports import WINDOW_SECONDS, WindowUsage
from workbench.secret_values import Secret, current, redis_credentials, without_account

logger = logging.getLogger(__name__)

# Apart from the cache's names, which it forgets all at once.
_PREFIX = "workbench-limits"
_CONNECTIONS = 16
_REST_SECONDS = 2.0  # after a failure Redis is left alone so long, or every request would wait for its time-out


class SharedWindows:
    """A RequestWindows in Redis 7. While Redis does not respond, each process counts by itself.

    Requests that Redis admits are counted in the process too, so that a caller does not begin anew when Redis fails. Every
    question to Redis ends within `timeout_seconds`.
    """

    def __init__(self, url: Secret, *, timeout_seconds: float = 0.5) -> None:
        self._timeout = timeout_seconds
        self._own = ProcessWindows()
        self._rests_until = 0.0
        # Retried is once: a connection that was idle for long may have been closed by the other side.
        self._pool = BlockingConnectionPool.from_url(
            without_account(current(url)), credential_provider=redis_credentials(url),
            max_connections=_CONNECTIONS, timeout=timeout_seconds, socket_timeout=timeout_seconds,
            socket_connect_timeout=timeout_seconds, retry=Retry(NoBackoff(), 1),
        )  # fmt: skip
        storage = RedisStorage(
            "async+redis://", implementation="redispy", key_prefix=_PREFIX,
            connection_pool=self._pool,  # type: ignore[arg-type]  # described as text or number
        )  # fmt: skip
        self._limiter = MovingWindowRateLimiter(storage)

    async def take(self, key: str, limit: int) -> WindowUsage:
        """Counts a request unless `limit` of the last minute are counted by all processes; see the port."""
        if time.monotonic() < self._rests_until:
            return await self._own.take(key, limit)
        try:
            async with asyncio.timeout(self._timeout):
                usage = await self._shared(key, limit)
        except (redis.RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return await self._own.take(key, limit)
        if usage.is_within:
            await self._own.take(key, limit)
        return usage

    async def close(self) -> None:
        """Closes the connections."""
        await self._pool.disconnect()

    async def _shared(self, key: str, limit: int) -> WindowUsage:
        item = RateLimitItemPerMinute(limit)
        is_within = await self._limiter.hit(item, key)
        stats = await self._limiter.get_window_stats(item, key)
        # Entries bear the clock of the host that made them.
        resets_in = min(max(stats.reset_time - time.time(), 0.0), WINDOW_SECONDS)
        return WindowUsage(is_within, max(0, stats.remaining), resets_in)

    def _failed(self, error: Exception) -> None:
        if time.monotonic() >= self._rests_until:
            logger.warning("Redis does not respond, so each process limits requests by itself: %s", error or "time-out")
            self._rests_until = time.monotonic() + _REST_SECONDS
