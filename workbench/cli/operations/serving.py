"""Serving the API and the pages, for as long as `workbench up` or a process of `workbench serve` runs."""

from __future__ import annotations

import gc
import socket
from functools import partial
from typing import Any

import uvicorn

from api.app import ServerRole, create_app
from api.connections import allow_connections, http_protocol
from api.server import EagerServer
from flows.jobs import JOBS
from workbench import logs
from workbench.cli.console import say
from workbench.cli.operations.greeting import print_address, print_contents, print_first_start
from workbench.domain.operations.schedule import ScheduledJob
from workbench.memory import return_freed_memory
from workbench.runtime import Workbench


def serve(workbench: Workbench, listener: socket.socket) -> None:
    """Answers requests until the process is asked to stop."""
    application = create_app(workbench, schedule=partial(_jobs, workbench))
    is_filling = workbench.filling is not None
    if is_filling:
        print_first_start(listener)
    else:
        print_address(listener)
    say(f"  {application.state.gate.description}")
    if not is_filling:
        print_contents(workbench)
    _run(application, workbench, listener)


def serve_role(workbench: Workbench, listener: socket.socket, role: ServerRole) -> None:
    """Answers the requests of one role until the process is asked to stop."""
    _run(create_app(workbench, schedule=partial(_jobs, workbench), role=role), workbench, listener)


def _run(application: Any, workbench: Workbench, listener: socket.socket) -> None:
    logs.configure(workbench.settings.logs.format, workbench.settings.logs.level)
    server = workbench.settings.server
    allow_connections(server.most_connections)
    config = uvicorn.Config(
        application, log_config=None, access_log=False, timeout_graceful_shutdown=2, server_header=False,
        http=http_protocol(server), timeout_keep_alive=server.keep_alive_seconds,
        proxy_headers=False,  # the application has its own list of trusted proxies
    )  # fmt: skip
    # What is loaded by now stays as long as the process: searching it for garbage would hold up answers again and again.
    gc.collect()
    gc.freeze()
    return_freed_memory()
    try:
        EagerServer(config).run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn has closed its connections by now and hands the Ctrl-C on
        say("stopped")


def _jobs(workbench: Workbench) -> list[ScheduledJob]:
    """What runs by itself; nothing where the settings leave that to others."""
    if not workbench.settings.flows.enabled:
        return []
    return [ScheduledJob(job.name, job.about, job.cron, job.missing(workbench.settings)) for job in JOBS]
