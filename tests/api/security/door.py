"""A gate that admits whom a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from api.security.access import Principal
from workbench.domain.errors import DatabaseUnavailable
from workbench.domain.rights.roles import Role

ADA = Principal("ada", Role.ADMINISTRATOR, "token")
HOST = ("host", "workbench.example")


@dataclass
class Door:
    """A gate that admits one caller, or fails."""

    caller: Principal | None = ADA
    error: Exception | None = None
    is_database_down: bool = False
    asked: int = 0
    pinged: int = 0

    async def identify(self, scope: Any) -> Principal | None:
        assert scope["path"]
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.caller

    @contextmanager
    def watch(self, _: Principal) -> Iterator[asyncio.Event]:
        self.changed = asyncio.Event()
        yield self.changed

    async def check_database(self) -> None:
        self.pinged += 1
        if self.is_database_down:
            raise DatabaseUnavailable("db-1.internal does not answer")
