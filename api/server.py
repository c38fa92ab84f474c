"""uvicorn's server, which takes every connection that waits before it answers requests of those that it has.

libuv, the event loop behind uvloop, accepts one connection for each round of the loop, and each round answers whatever is
asked by then: when many connect at once to a busy server, the last of them wait for thousands of requests of the first.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import uvicorn

logger = logging.getLogger(__name__)

# Another process that shares the socket should get its part.
_ACCEPTED_AT_ONCE = 256
_PAUSE_SECONDS = 1.0


class EagerServer(uvicorn.Server):
    """Listens on the sockets that `run` is given."""

    _joining: set[asyncio.Task[Any]]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts the application, and then to listen."""
        await super().startup(sockets=[])
        self._joining = set()
        for listener in sockets or []:
            listener.setblocking(False)
            self._listen(listener)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accepts no more connections, and ends those that there are as uvicorn does."""
        loop = asyncio.get_running_loop()
        for listener in sockets or []:
            loop.remove_reader(listener)
        await super().shutdown(sockets)

    def _listen(self, listener: socket.socket) -> None:
        if not self.should_exit:
            asyncio.get_running_loop().add_reader(listener, self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                connection, _address = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # no file descriptor is free: the next may be, when a connection has ended
                logger.warning("no connection can be accepted: %s", error)
                loop.remove_reader(listener)
                loop.call_later(_PAUSE_SECONDS, self._listen, listener)
                return
            connection.setblocking(False)
            task = loop.create_task(loop.connect_accepted_socket(self._protocol, connection))
            self._joining.add(task)
            task.add_done_callback(self._joined)

    def _protocol(self) -> asyncio.Protocol:
        shared: dict[str, Any] = {"config": self.config, "server_state": self.server_state, "app_state": self.lifespan.state}
        return self.config.http_protocol_class(**shared)

    def _joined(self, task: asyncio.Task[Any]) -> None:
        self._joining.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.warning("a connection was lost while it was accepted: %s", error)
