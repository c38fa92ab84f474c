"""Connections whose every step ends with the current deadline: for httpx, for urllib3 and what stands on it, for Redis.

The libraries hand out no hook for this that covers each read and write, so the connection itself is wrapped.
"""

from __future__ import annotations

import io
import ssl
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.deadlines.deadline import deadline, is_over, seconds_left, transferred
from workbench.secret_values import Secret, current, redis_credentials, without_account

if TYPE_CHECKING:
    import httpx
    import redis
    import requests
    import urllib3
    from _typeshed import ReadableBuffer, WriteableBuffer

# Statuses by which a server says that it cannot at the moment.
PASSING_STATUS = (429, 500, 502, 503, 504)

T = TypeVar("T")

_TIME_IS_UP = "the time for the call is up"


class BoundedSocket:
    """A connected socket whose reads and writes take no longer than what the current deadline leaves.

    They raise TimeoutError as a socket's own time-out does. Everything else is the socket's.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def recv(self, count: int, flags: int = 0) -> bytes:
        """As `socket.recv`."""
        content: bytes = self.bounded(lambda: self._connection.recv(count, flags))
        transferred(len(content))
        return content

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        """As `socket.recv_into`."""
        count: int = self.bounded(lambda: self._connection.recv_into(buffer, nbytes, flags))
        transferred(count)
        return count

    def sendall(self, content: ReadableBuffer, flags: int = 0) -> None:
        """As `socket.sendall`, in pieces, so that a large body that moves is not cut."""
        view = memoryview(content).cast("B")
        for start in range(0, len(view), _PIECE_BYTES):
            piece = view[start : start + _PIECE_BYTES]
            self.bounded(partial(self._connection.sendall, piece, flags))
            transferred(len(piece))

    def makefile(self, mode: str = "r", *_: Any, **__: Any) -> io.BufferedReader:
        """A buffered reader, the one kind of file that HTTP clients ask for."""
        if mode != "rb":
            raise ValueError(f"only binary reading is possible, not {mode!r}")
        return io.BufferedReader(_Reader(self, self._connection.makefile("rb", buffering=0)))

    def bounded(self, step: Callable[[], T]) -> T:
        """What `step` returns, which may wait for the connection no longer than the deadline leaves."""
        own = self._connection.gettimeout()
        left = seconds_left(own)
        if left == own or left is None:
            return step()
        if left == 0.0:
            raise TimeoutError(_TIME_IS_UP)
        self._connection.settimeout(left)
        try:
            return step()
        finally:
            self._connection.settimeout(own)


_PIECE_BYTES = 256 * 1024


class _Reader(io.RawIOBase):
    """Reads through a connection's own raw file, which keeps the connection open after the client has closed its end."""

    def __init__(self, connection: BoundedSocket, file: io.RawIOBase) -> None:
        super().__init__()
        self._connection = connection
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        count: int = self._connection.bounded(lambda: self._file.readinto(buffer)) or 0
        transferred(count)
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def bound_pools(manager: urllib3.PoolManager) -> urllib3.PoolManager:
    """The manager, with each step of its connections ended by the current deadline."""
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Plain(HTTPConnection):
        def connect(self) -> None:
            self.timeout = _connect_seconds(self.timeout)
            super().connect()
            self.sock = BoundedSocket(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            self.timeout = _connect_seconds(self.timeout)
            super().connect()
            self.sock = BoundedSocket(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return manager


def _connect_seconds(timeout: Any) -> Any:
    """The time-out of a connect; urllib3's mark for its default stays where there is no deadline."""
    left = seconds_left(timeout if isinstance(timeout, (int, float)) else None)
    return timeout if left is None else left


def bound_session(session: requests.Session) -> None:
    """Makes each connection of the session, also those through a proxy, end its steps with the current deadline."""
    import urllib3
    from requests.adapters import HTTPAdapter

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            bound_pools(self.poolmanager)

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            manager = super().proxy_manager_for(*arguments, **options)
            # A SOCKS proxy's manager has connections of its own, bounded by their time-outs alone.
            return bound_pools(manager) if type(manager) is urllib3.ProxyManager else manager

    for scheme in ("http://", "https://"):
        session.mount(scheme, Adapter())


def retries(attempts: int) -> urllib3.Retry:
    """A urllib3 Retry of `attempts` tries that ends with the current deadline.

    A `Retry-After` is not waited for, which can be minutes: the last response comes back, for the caller to read it.
    """
    import urllib3

    class Retry(urllib3.Retry):
        def is_exhausted(self) -> bool:
            return super().is_exhausted() or is_over()

        def get_backoff_time(self) -> float:
            return seconds_left(super().get_backoff_time()) or 0.0

    return Retry(
        total=attempts - 1, backoff_factor=0.2, status_forcelist=PASSING_STATUS, respect_retry_after_header=False,
        raise_on_status=False,
    )  # fmt: skip


def bounded_redis(url: Secret, *, seconds: float) -> redis.Redis:
    """A client of the Redis at `url`, each of whose commands ends within `seconds`, its one retry included.

    It connects with the first command, by the password that the URL has then. Retried is once: a connection that was idle
    for long may have been closed by the other side.
    """
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    class Plain(redis.Connection):
        def _connect(self) -> Any:
            return BoundedSocket(super()._connect())  # type: ignore[no-untyped-call]

    class Secure(redis.SSLConnection):
        def _connect(self) -> Any:
            return BoundedSocket(super()._connect())  # type: ignore[no-untyped-call]

    class Client(redis.Redis):
        def execute_command(self, *arguments: Any, **options: Any) -> Any:
            with deadline(seconds):
                return super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]

    kinds = {"redis": Plain, "rediss": Secure}
    address = without_account(current(url))
    scheme = address.split("://", 1)[0]
    return Client.from_url(
        address,
        credential_provider=redis_credentials(url),
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 1),
        **({"connection_class": kinds[scheme]} if scheme in kinds else {}),  # else a socket of this machine
    )


def bound_client(client: httpx.Client) -> httpx.Client:
    """The client, with each step of its connections, also those through a proxy, ended by the current deadline."""
    import httpcore
    import httpx

    class Stream(httpcore.NetworkStream):
        def __init__(self, stream: httpcore.NetworkStream) -> None:
            self._stream = stream

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            content = self._stream.read(max_bytes, _step(timeout, httpcore.ReadTimeout))
            transferred(len(content))
            return content

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            for start in range(0, len(buffer), _PIECE_BYTES):
                piece = buffer[start : start + _PIECE_BYTES]
                self._stream.write(piece, _step(timeout, httpcore.WriteTimeout))
                transferred(len(piece))

        def close(self) -> None:
            self._stream.close()

        def start_tls(
            self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
        ) -> httpcore.NetworkStream:
            timeout = _step(timeout, httpcore.ConnectTimeout)
            return Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

        def get_extra_info(self, info: str) -> Any:
            return self._stream.get_extra_info(info)

    class Backend(httpcore.SyncBackend):
        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.NetworkStream:
            timeout = _step(timeout, httpcore.ConnectTimeout)
            return Stream(super().connect_tcp(host, port, timeout, local_address, socket_options))

    # httpx makes its transports itself, one for each proxy that the environment names; only this attribute of their pools
    # reaches the connections.
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = Backend()
    return client


def _step(timeout: float | None, error: type[Exception]) -> float | None:
    left = seconds_left(timeout)
    if left == 0.0:
        raise error(_TIME_IS_UP)
    return left
