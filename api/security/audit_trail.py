"""Writes the audit trail behind the requests: a bounded queue and one thread, and a count of what was lost."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from db.engine import Database
from db.operations import audit
from workbench.domain.operations.audit_trail import AuditEvent

logger = logging.getLogger(__name__)

_MOST_WAITING = 10_000
_MOST_AT_ONCE = 500
# The same refusal again and again is one entry a minute with its count: a flood must not fill the table.
_REPEATS_SECONDS = 60.0
_MOST_REPEATS = 10_000
_TICK_SECONDS = 1.0
_CLOSE_SECONDS = 5.0


@dataclass
class _Repeats:
    until: float
    event: AuditEvent
    count: int = 0


class AuditTrail:
    """Takes events at once and writes them in order, a moment later. What cannot be written is counted in `lost`."""

    def __init__(
        self, database: Database, *, clock: Callable[[], float] = monotonic, most_waiting: int = _MOST_WAITING
    ) -> None:
        self._database = database
        self._clock = clock
        self._most_waiting = most_waiting
        self._events: deque[AuditEvent] = deque()
        self._repeats: dict[tuple[str, ...], _Repeats] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_closing = False
        self._thread: threading.Thread | None = None
        self._unreported = 0
        self.lost = 0

    @property
    def waiting(self) -> int:
        """How many events are not written yet."""
        return len(self._events)

    def note(self, actor: str, action: str, *, repeats: str = "", **detail: str) -> None:
        """Takes an event; never waits and never raises.

        Of events with the same `repeats`, actor and action within a minute the first is written, and then their number.
        """
        event = AuditEvent(datetime.now(UTC), actor, action, detail)
        with self._lock:
            if repeats and self._is_repeated((actor, action, repeats), event):
                return
            self._take(event)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="audit-trail", daemon=True)
                self._thread.start()
        if len(self._events) >= _MOST_AT_ONCE:
            self._wake.set()

    def close(self) -> None:
        """Writes what is left, within some seconds."""
        self._is_closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)
            if self._events:
                logger.error("%d events of the audit trail were not written", len(self._events))

    def _take(self, event: AuditEvent) -> None:
        if len(self._events) >= self._most_waiting:
            self.lost += 1
            self._unreported += 1
        else:
            self._events.append(event)

    def _is_repeated(self, key: tuple[str, ...], event: AuditEvent) -> bool:
        known = self._repeats.get(key)
        if known is not None and self._clock() < known.until:
            known.count += 1
            return True
        if known is not None:
            self._report(known)
        if len(self._repeats) < _MOST_REPEATS:
            self._repeats[key] = _Repeats(self._clock() + _REPEATS_SECONDS, event)
        return False

    def _report(self, repeats: _Repeats) -> None:
        """Takes the number of further events that were like the first one."""
        if repeats.count:
            first = repeats.event
            self._take(
                AuditEvent(datetime.now(UTC), first.actor, first.action, {**first.detail, "repeated": str(repeats.count)})
            )
            repeats.count = 0

    def _work(self) -> None:
        while True:
            is_last = self._is_closing
            self._wake.wait(0 if is_last else _TICK_SECONDS)
            self._wake.clear()
            self._end_repeats(is_last=is_last)
            while self._events and self._write():
                pass
            if is_last:
                return

    def _end_repeats(self, *, is_last: bool) -> None:
        with self._lock:
            now = self._clock()
            for key in [key for key, each in self._repeats.items() if is_last or now >= each.until]:
                self._report(self._repeats.pop(key))

    def _write(self) -> bool:
        """Writes the oldest events; returns whether that worked. They stay in the queue until they are committed."""
        with self._lock:
            events = [self._events[place] for place in range(min(len(self._events), _MOST_AT_ONCE))]
            unreported = self._unreported
        lost = [AuditEvent(datetime.now(UTC), "?", "audit.lost", {"events": str(unreported)})] if unreported else []
        try:
            with self._database.write() as connection:
                audit.record_events(connection, [*events, *lost])
        except Exception:
            # The database is away or full: the queue bridges a while, and counts what it cannot take.
            logger.warning("the audit trail cannot be written at the moment", exc_info=True)
            return False
        with self._lock:
            for _ in events:
                self._events.popleft()
            self._unreported -= unreported
        return True
