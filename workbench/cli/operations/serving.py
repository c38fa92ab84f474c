"""Serving the API and the pages, for as long as `workbench up` runs."""

from __future__ import annotations

import gc
import socket

import uvicorn

from api.app import create_app
from flows.jobs import JOBS
from workbench import logs
from workbench.cli.console import say
from workbench.cli.operations.greeting import print_address, print_contents, print_first_start
from workbench.domain.operations.schedule import ScheduledJob
from workbench.runtime import Workbench


def serve(workbench: Workbench, listener: socket.socket) -> None:
    """Answers requests until the process is asked to stop."""
    application = create_app(workbench, schedule=_jobs(workbench))
    logs.configure(workbench.settings.logs.format, workbench.settings.logs.level)
    config = uvicorn.Config(
        application, log_config=None, access_log=False, timeout_graceful_shutdown=2, server_header=False,
        proxy_headers=False,  # the application has its own list of trusted proxies
    )  # fmt: skip
    is_filling = workbench.filling is not None
    if is_filling:
        print_first_start(listener)
    else:
        print_address(listener)
    say(f"  {application.state.gate.description}")
    if not is_filling:
        print_contents(workbench)
    # What is loaded by now stays as long as the process: searching it for garbage would hold up answers again and again.
    gc.collect()
    gc.freeze()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn has closed its connections by now and hands the Ctrl-C on
        say("stopped")


def _jobs(workbench: Workbench) -> list[ScheduledJob]:
    """What this process runs by itself; nothing where the settings leave that to others."""
    if not workbench.settings.flows.enabled:
        return []
    return [ScheduledJob(job.name, job.about, job.cron, job.missing(workbench.settings)) for job in JOBS]
