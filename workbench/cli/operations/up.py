"""`workbench up`: everything in one process, until Ctrl-C."""

from __future__ import annotations

import errno
import socket
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.cli.operations.background import background, tell_contents
from workbench.domain.errors import SetupError

if TYPE_CHECKING:
    from workbench.domain.operations.schedule import ScheduledJob
    from workbench.runtime import Workbench


@app.command()
def up(
    port: Annotated[int | None, typer.Option(help="Port to serve on; 0 takes a free one.", min=0, max=65535)] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to serve on; only a loopback address lets you in without a password.")
    ] = None,
    starter: Annotated[bool, typer.Option(help="Load the starter data when the database is empty.")] = True,
) -> None:
    """Start the workbench: database, API and pages on one address, until Ctrl-C."""
    from workbench.settings import Settings

    settings = Settings.load()
    address = (host or settings.server.host, settings.server.port if port is None else port)
    # Whether somebody is let in without a password hangs on the address that is really served.
    settings = settings.model_copy(update={"server": settings.server.model_copy(update={"host": address[0]})})
    with listen(*address) as listener:
        from workbench.runtime import open_workbench

        when_filled = partial(_welcome, listener)
        with open_workbench(settings) as workbench, background(workbench, starter=starter, when_filled=when_filled):
            _serve(workbench, listener)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else starts; raises SetupError that says why it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
    except (socket.gaierror, UnicodeError):
        raise SetupError(f"{host} is no address of this machine", hint="try --host 127.0.0.1") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except PermissionError:
        listener.close()
        raise SetupError(
            f"port {port} needs rights this account has not", hint="choose one from 1024 up with --port"
        ) from None
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SetupError(
                f"port {port} on {host} is in use", hint="stop what uses it, or choose another with --port"
            ) from None
        raise SetupError(f"{host}:{port} cannot be served: {error.strerror}", hint="try --host 127.0.0.1") from None
    return listener


def _serve(workbench: Workbench, listener: socket.socket) -> None:
    import gc

    import uvicorn

    from api.app import create_app
    from workbench import logs

    application = create_app(workbench, schedule=_jobs(workbench))
    logs.configure(workbench.settings.logs.format, workbench.settings.logs.level)
    config = uvicorn.Config(
        application, log_config=None, access_log=False, timeout_graceful_shutdown=2, server_header=False
    )  # fmt: skip
    if workbench.filling is None:
        _welcome(listener)
    else:
        console.print(f"\nStarting for the first time; [bold]{_address(listener)}[/bold] shows how far it is", highlight=False)
    console.print(f"  {application.state.gate.description}", highlight=False, soft_wrap=True)
    if workbench.filling is None:
        tell_contents(workbench)
    # What is loaded by now stays as long as the process: searching it for garbage would hold up answers again and again.
    gc.collect()
    gc.freeze()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn has closed its connections by now and hands the Ctrl-C on
        console.print("stopped")


def _jobs(workbench: Workbench) -> list[ScheduledJob]:
    """What this process runs by itself; nothing where the settings leave that to others."""
    if not workbench.settings.flows.enabled:
        return []
    from flows.jobs import JOBS
    from workbench.domain.operations.schedule import ScheduledJob

    return [ScheduledJob(job.name, job.about, job.cron, job.missing(workbench.settings)) for job in JOBS]


def _welcome(listener: socket.socket) -> None:
    console.print(f"\nThe workbench is on [bold]{_address(listener)}[/bold]   Ctrl-C stops it", highlight=False)


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
