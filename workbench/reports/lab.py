"""JupyterLab as a child process on this machine only."""

from __future__ import annotations

import os
import subprocess  # nosec B404
import sys
from contextlib import suppress
from pathlib import Path

from workbench.domain.errors import SetupError
from workbench.reports.notebooks import NOTEBOOKS
from workbench.runtime.child_environment import child_environment
from workbench.settings import Settings

# News and updates are asked of outside hosts; users can switch them on in the settings of JupyterLab.
_QUIET = (
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.allow_remote_access=False",
)
# JupyterLab gives its kernels 10 seconds to end before it kills them.
_STOP_SECONDS = 15


def run_lab(settings: Settings, *, port: int = 8888, browser: bool = True, folder: Path = NOTEBOOKS) -> int:
    """Runs JupyterLab on `folder` until it ends, with its own token; returns its exit code, 0 after Ctrl-C.

    Whatever ends this function ends JupyterLab and its kernels, so SIGTERM does where it raises an exception.
    """
    if not folder.is_dir():
        raise SetupError(f"there is no folder {folder}", hint="run this from a checkout of the workbench")
    command = lab_command(port, browser=browser, folder=folder)
    process = subprocess.Popen(command, env=child_environment(settings))  # nosec B603
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal has sent JupyterLab the Ctrl-C too, and it asks before it leaves; ending it answers for the user.
        return 0
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends JupyterLab in good order, then by force; its kernels end with it in both cases."""
    if process.poll() is not None:
        return
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_STOP_SECONDS)
        return
    process.kill()
    process.wait()


def lab_command(port: int, *, browser: bool, folder: Path) -> list[str]:
    """The command line of JupyterLab; running it as root has to be allowed on it."""
    options = [*_QUIET, f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder}"]
    if not browser:
        options.append("--no-browser")
    if os.name == "posix" and os.geteuid() == 0:
        options.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *options]
