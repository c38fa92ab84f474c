"""Answers in the process, dropped as soon as the database notifies a change of what they follow from."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable

from api.stored.answer import Answer

# Beside its bodies an entry has keys, headers and its place.
_ENTRY_BYTES = 2000


class Ticket:
    """Notes what changes while an answer is being made: such an answer may be older than the change, and is not cached."""

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self.is_void = False

    def allows(self, tags: Iterable[str]) -> bool:
        """Whether an answer that follows from these may be cached."""
        return not self.is_void and self.changed.isdisjoint(tags)


class AnswerCache:
    """Answers by question, the most recently used ones, each with the tags of what it follows from.

    `on_change` is called in the thread of the change listener, everything else on the event loop.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, tuple[Answer, tuple[str, ...], int]] = OrderedDict()
        self._by_tag: defaultdict[str, set[str]] = defaultdict(set)
        self._tickets: set[Ticket] = set()

    def get(self, question: str) -> Answer | None:
        """The cached answer."""
        with self._lock:
            entry = self._answers.get(question)
            if entry is None:
                return None
            self._answers.move_to_end(question)
            return entry[0]

    def begin(self) -> Ticket:
        """The ticket of an answer that is made from now on; give it to `put` or `give_up`."""
        ticket = Ticket()
        with self._lock:
            self._tickets.add(ticket)
        return ticket

    def give_up(self, ticket: Ticket) -> None:
        """Forgets a ticket."""
        with self._lock:
            self._tickets.discard(ticket)

    def put(self, question: str, answer: Answer, tags: tuple[str, ...], ticket: Ticket) -> bool:
        """Caches the answer unless what it follows from has changed since its ticket; returns whether it did."""
        size = answer.size + _ENTRY_BYTES
        with self._lock:
            self._tickets.discard(ticket)
            if not ticket.allows(tags):
                return False
            self._drop(question)
            if size <= self._most_bytes:
                self._answers[question] = answer, tags, size
                self._bytes += size
                for tag in tags:
                    self._by_tag[tag].add(question)
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._answers)))
            return True

    def on_change(self, key: str | None) -> None:
        """Drops what follows from the key; everything for None."""
        with self._lock:
            if key is None:
                self._answers.clear()
                self._by_tag.clear()
                self._bytes = 0
            else:
                for question in list(self._by_tag.get(key, ())):
                    self._drop(question)
            for ticket in self._tickets:
                ticket.is_void |= key is None
                if key is not None:
                    ticket.changed.add(key)

    def grew(self, question: str) -> None:
        """Counts the bodies that were added to a cached answer."""
        with self._lock:
            if (entry := self._answers.get(question)) is not None:
                answer, tags, size = entry
                self._answers[question] = answer, tags, answer.size + _ENTRY_BYTES
                self._bytes += answer.size + _ENTRY_BYTES - size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._answers)))

    def _drop(self, question: str) -> None:
        entry = self._answers.pop(question, None)
        if entry is None:
            return
        self._bytes -= entry[2]
        for tag in entry[1]:
            if (questions := self._by_tag.get(tag)) is not None:
                questions.discard(question)
                if not questions:
                    del self._by_tag[tag]
