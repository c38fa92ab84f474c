"""Secrets that change while a process serves: looked up again and again, and used from then on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from workbench.domain.errors import WorkbenchError
from workbench.ports import SecretStore

logger = logging.getLogger(__name__)


class NamedSecret(SecretStr):
    """The secret of a name: what the store said last.

    It is equal and hashed as it was first, because settings are keys of dictionaries.
    """

    def __init__(self, name: str, first: str, watch: SecretWatch) -> None:
        super().__init__(first)
        self._first = first
        self._name = name
        self._watch = watch

    def get_secret_value(self) -> str:
        """The value that counts now."""
        return self._watch.value(self._name)

    def __eq__(self, other: object) -> bool:
        first = other._first if isinstance(other, NamedSecret) else None
        return self._first == (other.get_secret_value() if first is None and isinstance(other, SecretStr) else first)

    def __hash__(self) -> int:
        return hash(SecretStr(self._first))

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process has it as it is now: what is sent there is short work.
        return SecretStr, (self.get_secret_value(),)


class SecretWatch:
    """Looks the secrets of `follow` up every `seconds` in a thread of its own, from `start` to `close`.

    While the store does not answer, or has a secret no longer, what it said last goes on to count.
    """

    def __init__(self, open_store: Callable[[], SecretStore], seconds: float) -> None:
        self._open_store = open_store
        self._seconds = seconds
        self._values: dict[str, str] = {}
        self._failure: str | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def follow(self, name: str, first: str) -> NamedSecret:
        """The secret of the name, whose value was `first` a moment ago."""
        self._values[name] = first
        return NamedSecret(name, first, self)

    def value(self, name: str) -> str:
        """What the store said last."""
        return self._values[name]

    def start(self) -> None:
        """Begins to look, if there is anything to look for."""
        if self._values and self._seconds > 0:
            self._thread = threading.Thread(target=self._keep_looking, name="secrets", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Looks no more; the values stay."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _keep_looking(self) -> None:
        while not self._ended.wait(self._seconds):
            self.look()

    def look(self) -> None:
        """Takes up what has changed."""
        store = self._open_store()
        try:
            read = {name: store.get(name) for name in self._values}
        except WorkbenchError as error:
            if str(error) != self._failure:  # an outage is one line, not one a minute
                logger.warning("secrets are used as they were read last: %s", error)
            self._failure = str(error)
            return
        self._failure = None
        for name, value in read.items():
            if value != self._values[name]:
                self._values[name] = value
                logger.info("the secret %s has changed and is used from here on", name)
