"""`workbench serve`: one role of the workbench, in one process or several; `workbench up` is all of them in one."""

from __future__ import annotations

import signal
import socket
import threading
from types import FrameType
from typing import Annotated

import typer

from workbench import logs, runtime
from workbench.cli.console import note, say
from workbench.cli.operations.greeting import address_of
from workbench.cli.operations.up import listen
from workbench.cli.operations.workers import Work, Workers
from workbench.service_settings import RedisCache
from workbench.settings import Settings

_Port = Annotated[
    int | None, typer.Option(help="Port to serve on; 0 chooses a free one.", min=0, max=65535, show_default="8000")
]
_Host = Annotated[
    str | None,
    typer.Option(help="Address to serve on; others than loopback addresses require sign-in.", show_default="127.0.0.1"),
]
_Workers = Annotated[int, typer.Option(help="Number of processes.", min=1, max=64)]


def api(port: _Port = None, host: _Host = None, workers: _Workers = 1) -> None:
    """Run the API; all processes share one port.

    The processes keep no state: sessions and data are in the database, limits in Redis.
    """
    settings, address = _settings(port, host)
    with listen(*address) as listener:
        _serve("API", serve_api, settings, [listener] * workers)


def pages(port: _Port = None, host: _Host = None, workers: _Workers = 1) -> None:
    """Run the pages; each process has its own port, counted up from --port.

    A page lives in one process: a proxy in front must send a browser to the same port each time.
    """
    settings, address = _settings(port, host)
    listeners = [listen(address[0], address[1] + place if address[1] else 0) for place in range(workers)]
    try:
        _serve("pages", serve_pages, settings, listeners)
    finally:
        for listener in listeners:
            listener.close()


def jobs() -> None:
    """Run scheduled jobs and queued tasks, and compute vectors.

    Of several such processes one runs the schedules, and all share the queued tasks.
    """
    with runtime.open_workbench(Settings.load()) as workbench:
        from workbench.cli.operations.background_work import work_until  # noqa: PLC0415  imports for seconds

        logs.configure(workbench.settings.logs.format, workbench.settings.logs.level)
        stopped = threading.Event()

        def stop(_number: int, _frame: FrameType | None) -> None:
            stopped.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        say("Running scheduled jobs and queued tasks. Press Ctrl-C to stop.")
        work_until(workbench, stopped, when_filled=lambda: None)
        say("stopped")


def serve_api(settings: Settings, listener: socket.socket) -> None:
    """One process of the API, until it is asked to stop."""
    from workbench.cli.operations.serving import serve_role  # noqa: PLC0415  imports for seconds

    with runtime.open_workbench(settings) as workbench:
        serve_role(workbench, listener, "api")


def serve_pages(settings: Settings, listener: socket.socket) -> None:
    """One process of the pages, until it is asked to stop."""
    from workbench.cli.operations.serving import serve_role  # noqa: PLC0415  imports for seconds

    with runtime.open_workbench(settings) as workbench:
        serve_role(workbench, listener, "pages")


def _settings(port: int | None, host: str | None) -> tuple[Settings, tuple[str, int]]:
    settings = Settings.load()
    address = (host or settings.server.host, settings.server.port if port is None else port)
    # Whether sign-in is required depends on the address that is really served.
    return settings.model_copy(update={"server": settings.server.model_copy(update={"host": address[0]})}), address


def _serve(role: str, work: Work, settings: Settings, listeners: list[socket.socket]) -> None:
    addresses = ", ".join(dict.fromkeys(address_of(listener) for listener in listeners))
    say(f"Serving the {role} at {addresses} in {len(listeners)} process{'es' if len(listeners) > 1 else ''}.")
    if len(listeners) == 1:
        work(settings, listeners[0])
        return
    if not isinstance(settings.cache, RedisCache):
        note("Without Redis each process counts the requests of a caller by itself.")
    with runtime.open_workbench(settings):  # what is missing is said once, and the database migrated once
        Workers(work, settings, listeners).run()
    say("stopped")
