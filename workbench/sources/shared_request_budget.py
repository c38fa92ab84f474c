"""The request budget of several hosts, stored in one Redis, whose clock counts.

The slots are those of `request_budget`. What can go wrong is different: a Redis that lost its data begins with every slot
resting, and every host repeats the pause it knows of; while Redis does not respond no request is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import redis

from workbench.deadlines.connections import bounded_redis
from workbench.domain.errors import SourceUnavailable
from workbench.secret_values import Secret
from workbench.sources.request_budget import Budget, RateLimiter, Turn

logger = logging.getLogger(__name__)

# Apart from the cache's names, which it forgets all at once.
_PREFIX = "workbench-budget:"
_CLOCK_SLACK_MS = 60_000
_DAY_MS = 86_400_000

# KEYS: the budget. ARGV: slots, rest, longest request, clock slack, milliseconds of a pause, token.
# Gives the slot that was taken (0: none), and the milliseconds until one is free and until the pause ends.
_BEGIN = """
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count, rest, longest, slack = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if redis.call('exists', KEYS[1]) == 0 then
    for n = 1, count do redis.call('hset', KEYS[1], 'free' .. n, now + rest) end
end
local paused = tonumber(redis.call('hget', KEYS[1], 'paused') or 0)
if now + tonumber(ARGV[5]) > math.max(paused, now) then
    paused = now + tonumber(ARGV[5])
    redis.call('hset', KEYS[1], 'paused', paused)
end
local day, today = math.floor(now / DAY), 0
if tonumber(redis.call('hget', KEYS[1], 'day') or 0) == day then today = tonumber(redis.call('hget', KEYS[1], 'asked')) end
local slot, soonest, taken = 0, 0, 0
for n = 1, count do
    local free = tonumber(redis.call('hget', KEYS[1], 'free' .. n) or 0)
    if free > now + longest + slack then free = 0 end
    if free > now then taken = taken + 1 end
    if slot == 0 or free < soonest then slot, soonest = n, free end
end
""".replace("DAY", str(_DAY_MS))
_TAKE = (
    _BEGIN
    + """
if paused > now or soonest > now then return {0, math.max(0, soonest - now), math.max(0, paused - now)} end
redis.call('hset', KEYS[1], 'free' .. slot, now + longest, 'token' .. slot, ARGV[6], 'day', day, 'asked', today + 1)
return {slot, 0, 0}
"""
)
_LOOK = _BEGIN + "return {taken, today, math.max(0, paused - now)}"
_REST = """
if redis.call('hget', KEYS[1], 'token' .. ARGV[1]) ~= ARGV[2] then return 0 end
local time = redis.call('time')
local free = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
return redis.call('hset', KEYS[1], 'free' .. ARGV[1], free, 'token' .. ARGV[1], '')
"""


class SharedRateLimiter(RateLimiter):
    """The budget `name` in the Redis at `url`; `file` stores the pauses that this home knows of. Otherwise as RateLimiter.

    The slot of a process that died comes back after `longest_request_seconds`. While Redis does not respond, `slot`
    raises SourceUnavailable, so no request is sent.
    """

    def __init__(
        self,
        url: Secret,
        name: str,
        file: Path,
        *,
        per_second: float = 8.0,
        longest_wait_seconds: float = 600.0,
        longest_request_seconds: float = 120.0,
        timeout_seconds: float = 0.5,
        on_progress: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(
            file,
            per_second=per_second,
            longest_wait_seconds=longest_wait_seconds,
            longest_request_seconds=longest_request_seconds,
            on_progress=on_progress,
        )
        self._redis = bounded_redis(url, seconds=timeout_seconds)
        self._key = f"{_PREFIX}{name}"

    def pause(self, seconds: float) -> None:
        """Stops the requests of all hosts for this long; an earlier, longer pause stays."""
        super().pause(seconds)
        try:
            self._ask(_LOOK)
        except SourceUnavailable as error:  # sent again with the next command; until then nobody is given a slot
            logger.warning("the pause is not yet known to other hosts: %s", error)

    def budget(self) -> Budget:
        """The current state over all hosts; raises SourceUnavailable when Redis does not respond."""
        taken, today, paused = self._ask(_LOOK)
        return Budget(self._count, taken, today, paused / 1000)

    def close(self) -> None:
        """Closes the connections."""
        self._redis.close()

    def _take(self) -> Turn:
        token = uuid4().hex
        number, wait, paused = self._ask(_TAKE, token)
        return Turn(number or None, wait / 1000, paused / 1000, token)

    def _rest(self, turn: Turn) -> None:
        try:
            self._redis.eval(_REST, 1, self._key, str(turn.number), turn.token, str(self._milliseconds(self._rest_seconds)))
        except redis.RedisError as error:
            logger.warning("a slot comes back later than it could: %s", error)

    def _ask(self, script: str, turn: str = "") -> tuple[int, int, int]:
        """What the script returns; it is sent the home's own pause, in case Redis lost it."""
        arguments: list[Any] = [
            self._count,
            self._milliseconds(self._rest_seconds),
            self._milliseconds(self._longest_request),
            _CLOCK_SLACK_MS,
            self._milliseconds(super().budget().paused_seconds),
            turn,
        ]
        try:
            return cast("tuple[int, int, int]", tuple(cast("list[int]", self._redis.eval(script, 1, self._key, *arguments))))
        except redis.RedisError as error:
            raise SourceUnavailable(
                f"Redis, which stores the request budget, does not respond: {error}",
                hint="start it, or check WORKBENCH_CACHE__URL; without it no request is sent",
            ) from None

    @staticmethod
    def _milliseconds(seconds: float) -> int:
        return round(seconds * 1000)
