"""JupyterLab as a child process on this machine only."""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404
import sys
from contextlib import suppress
from importlib.resources import files
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


START = "start.ipynb"


def run_lab(settings: Settings, *, port: int = 8888, browser: bool = True) -> int:
    """Runs JupyterLab on the user's folder until it ends, with its own token; returns its exit code, 0 after Ctrl-C.

    Whatever ends this function ends JupyterLab and its kernels, so SIGTERM does where it raises an exception.
    """
    command = lab_command(port, browser=browser, folder=user_folder(settings.home))
    process = subprocess.Popen(command, env=child_environment(settings))  # nosec B603
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal has sent JupyterLab the Ctrl-C too, and it asks before it leaves; ending it answers for the user.
        return 0
    finally:
        _end(process)


def user_folder(home: Path, source: Path = NOTEBOOKS) -> Path:
    """The folder of the user's notebooks in the home folder, with a start notebook and copies of those in `source`.

    What is there already stays as it is. Raises SetupError for a folder that cannot be written.
    """
    folder = home / "notebooks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for notebook in sorted(source.glob("*.ipynb")):
            _write_once(folder / notebook.name, notebook.read_text(encoding="utf-8"))
        _write_once(folder / START, _start_notebook())
    except OSError as error:
        raise SetupError(f"{folder} cannot be written: {error.strerror}", hint="check the disk and WORKBENCH_HOME") from error
    return folder


def _write_once(path: Path, content: str) -> None:
    with suppress(FileExistsError), path.open("x", encoding="utf-8") as file:
        file.write(content)


def _start_notebook() -> str:
    cells = json.loads((files("workbench.reports") / "start_notebook.json").read_text(encoding="utf-8"))
    own: dict[str, dict[str, object]] = {"code": {"execution_count": None, "outputs": []}, "markdown": {}}
    written = [
        {"cell_type": kind, "id": f"start-{number}", "metadata": {}, "source": source, **own[kind]}
        for number, (kind, source) in enumerate(cells)
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": written, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)


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
    options = [
        *_QUIET,
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{START}",
    ]
    if not browser:
        options.append("--no-browser")
    if os.name == "posix" and os.geteuid() == 0:
        options.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *options]
