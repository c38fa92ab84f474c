"""`workbench up`: everything in one process, until Ctrl-C."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from workbench.cli.console import console, error_console
from workbench.cli.main import app
from workbench.domain.errors import SetupError

if TYPE_CHECKING:
    from workbench.domain.schedule import ScheduledJob
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

        with open_workbench(settings) as workbench:
            if starter:
                _fill_when_empty(workbench)
            with _embedding(workbench):
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


def _fill_when_empty(workbench: Workbench) -> None:
    """The starter data, with its screens; later and after an upgrade figures are made in the background, by a job."""
    from db.company_metrics import stale_companies
    from flows.jobs import metrics
    from workbench.ingest.passages import embed_missing
    from workbench.ingest.starter import is_empty, load_starter

    if is_empty(workbench.database):
        with _progress("loading the starter data") as report:
            load_starter(workbench.database, workbench.objects, progress=report)
        with workbench.database.read() as connection:
            total = len(stale_companies(connection))
        with _progress("preparing screens, on all cores") as report:
            for _ in metrics(workbench):
                report(1, total)
    with _progress("preparing search") as report:
        embed_missing(workbench.database, workbench.embedder, progress=report)


@contextmanager
def _embedding(workbench: Workbench) -> Iterator[None]:
    """The better model's vectors are made in the background, on one core, for as long as the block runs."""
    from db.vector_index import IndexKind
    from workbench.ingest.passages import keep_embedding

    model = workbench.better_embedder
    if model is None:
        yield
        return
    stopped = threading.Event()
    index = IndexKind(workbench.settings.embeddings.index)
    thread = threading.Thread(
        target=keep_embedding, args=(workbench.database, model, stopped), kwargs={"index": index}, name="embedding"
    )
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


@contextmanager
def _progress(text: str) -> Iterator[Callable[..., None]]:
    """A bar on standard error that shows itself with the first report: `report(advance)` or `report(advance, total)`."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=error_console, transient=True) as bar:
        task = bar.add_task(text, total=None, visible=False)

        def report(advance: int, total: int | None = None) -> None:
            bar.update(task, advance=advance, total=total, visible=True)

        yield report


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
    _welcome(workbench, listener, access=application.state.gate.description)
    # What is loaded by now stays as long as the process: searching it for garbage would hold up answers again and again.
    gc.collect()
    gc.freeze()
    try:
        with _schedules(workbench):
            uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn has closed its connections by now and hands the Ctrl-C on
        console.print("stopped")


def _jobs(workbench: Workbench) -> list[ScheduledJob]:
    """What this process runs by itself; nothing where the settings leave that to others."""
    if not workbench.settings.flows.enabled:
        return []
    from flows.jobs import JOBS
    from workbench.domain.schedule import ScheduledJob

    return [ScheduledJob(job.name, job.about, job.cron, job.missing(workbench.settings)) for job in JOBS]


@contextmanager
def _schedules(workbench: Workbench) -> Iterator[None]:
    """While the block lasts, what is due is run, unless the settings leave that to others."""
    if not workbench.settings.flows.enabled:
        yield
        return
    from workbench.cli.flows import start_scheduler

    scheduler, process = start_scheduler(workbench)
    try:
        yield
    finally:
        process.close()
        scheduler.stop()


def _welcome(workbench: Workbench, listener: socket.socket, *, access: str) -> None:
    from db.companies import search_companies
    from db.inventory import inventory

    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    with workbench.database.read() as connection:
        here = inventory(connection)
        some = search_companies(connection, None, 1)
    console.print(f"\nThe workbench is on [bold]{address}[/bold]   Ctrl-C stops it", highlight=False)
    console.print(f"  {access}", highlight=False, soft_wrap=True)
    console.print(
        f"  {here.companies:,} companies, {here.filings:,} filings, {here.facts:,} facts, {here.passages:,} passages, "
        f"{here.daily_bars:,} daily prices in {escape(str(workbench.settings.home))}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    then = f"workbench statement {some[0].ticker or some[0].cik} income" if some else "workbench ingest AAPL"
    console.print(f"  Next, in another terminal: [bold]{then}[/bold]\n", highlight=False)
