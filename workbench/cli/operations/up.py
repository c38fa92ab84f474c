"""`workbench up`: everything in one process, until Ctrl-C."""

from __future__ import annotations

import errno
import socket
import threading
from functools import partial
from typing import Annotated

import typer

from workbench import runtime
from workbench.cli.operations.background import background
from workbench.cli.operations.greeting import print_address
from workbench.domain.errors import SetupError
from workbench.settings import Settings


def up(
    port: Annotated[
        int | None, typer.Option(help="Port to serve on; 0 chooses a free one.", min=0, max=65535, show_default="8000")
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(help="Address to serve on; others than loopback addresses require sign-in.", show_default="127.0.0.1"),
    ] = None,
    starter: Annotated[bool, typer.Option(help="Load the starter data into an empty database.")] = True,
) -> None:
    """Start the workbench: database, API and pages on one address.

    It runs until Ctrl-C, runs the scheduled jobs, and computes vectors in the background.
    """
    settings = Settings.load()
    address = (host or settings.server.host, settings.server.port if port is None else port)
    # Whether sign-in is required depends on the address that is really served.
    settings = settings.model_copy(update={"server": settings.server.model_copy(update={"host": address[0]})})
    with listen(*address) as listener:
        when_filled = partial(print_address, listener)
        threading.Thread(target=_import_ahead, args=(starter and runtime.is_new(settings),), name="imports").start()
        with runtime.open_workbench(settings) as workbench, background(workbench, starter=starter, when_filled=when_filled):
            from workbench.cli.operations.serving import serve  # noqa: PLC0415

            serve(workbench, listener)


def _import_ahead(is_first: bool) -> None:
    """Imports what `up` needs while the database starts: jobs and loaders first, then API and pages, which take seconds.

    Before a first start another process imports what loads the starter data, on another core.
    """
    if is_first:
        from flows.fan_out import import_ahead  # noqa: PLC0415

        import_ahead("flows.first_start")
    from workbench.cli.operations import background_work, serving  # noqa: F401, PLC0415


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else starts; raises SetupError with the reason when it cannot be opened."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
    except (socket.gaierror, UnicodeError):
        raise SetupError(f"{host} is not an address of this machine", hint="try --host 127.0.0.1") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except PermissionError:
        listener.close()
        raise SetupError(f"port {port} needs administrator rights", hint="choose a port from 1024 with --port") from None
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SetupError(
                f"port {port} on {host} is in use", hint="stop the program that uses it, or choose another port with --port"
            ) from None
        raise SetupError(f"{host}:{port} cannot be served: {error.strerror}", hint="try --host 127.0.0.1") from None
    return listener
