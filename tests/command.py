"""The command line as a user meets it, each command in a process of its own.

A process that has imported what commands share is forked for each command, because importing is most of what a short command
costs. The command line itself is imported anew in each, since it reads the environment while it is imported.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from multiprocessing.context import ForkServerContext
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PACKAGE = "workbench.cli"
# Imported ahead for all; a command of another subject imports what it needs itself.
_SUBJECTS = ("alerts", "filings", "market", "search", "statements")
_LONGEST_SECONDS = 120

Ended = subprocess.CompletedProcess[str]
Run = Callable[..., Ended]


def command_line(database_url: str, home: Path, *first: str, folder: Path = ROOT, **settings: str) -> Run:
    """Runs `workbench FIRST ARGUMENTS` in a home of its own on this database, without settings of this machine.

    The function takes the arguments, settings by name as environment variables, and code that runs `before`. It returns the
    exit code and what was printed, and raises subprocess.TimeoutExpired after two minutes.
    """
    others = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")}
    common = others | {
        "WORKBENCH_HOME": str(home),
        "WORKBENCH_DATABASE__KIND": "postgresql",
        "WORKBENCH_DATABASE__URL": database_url.replace("postgresql+psycopg://", "postgresql://"),
        "COLUMNS": "160",
        **settings,
    }

    def run(*arguments: str, before: str = "", **more: str) -> Ended:
        with tempfile.TemporaryDirectory() as outputs:
            return _Command((*first, *arguments), common | more, folder, before, Path(outputs)).run()

    return run


@dataclass(frozen=True)
class _Command:
    """What goes to the process that becomes the command."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    before: str
    outputs: Path

    def run(self) -> Ended:
        child = _server().Process(target=self.become)
        child.start()
        child.join(_LONGEST_SECONDS)
        if child.exitcode is None:
            child.kill()
            child.join()
            raise subprocess.TimeoutExpired(self.arguments, _LONGEST_SECONDS, self._printed("stdout"), self._printed("stderr"))
        return Ended(self.arguments, child.exitcode, self._printed("stdout"), self._printed("stderr"))

    def _printed(self, stream: str) -> str:
        file = self.outputs / stream
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def become(self) -> None:
        """Takes the environment, folder, streams and arguments of the command, and runs it."""
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir(self.folder)
        writing = os.O_WRONLY | os.O_CREAT
        files = {
            "stdin": (Path(os.devnull), os.O_RDONLY),
            **{name: (self.outputs / name, writing) for name in ("stdout", "stderr")},
        }
        for number, (name, (file, flags)) in enumerate(files.items()):
            opened = os.open(file, flags, 0o600)
            os.dup2(opened, number)
            os.close(opened)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))
        sys.argv = ["workbench", *self.arguments]
        try:
            exec(self.before, {})
            import_module(_PACKAGE).main()
        finally:
            sys.stdout.flush()
            # A process of multiprocessing ends without them.
            atexit._run_exitfuncs()


@cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.preloaded_command"])
    return context


def preload() -> None:
    """Imports what the commands of the subjects import, and forgets the command line itself."""
    for subject in _SUBJECTS:
        package = import_module(f"{_PACKAGE}.{subject}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in [name for name in sys.modules if name == _PACKAGE or name.startswith(f"{_PACKAGE}.")]:
        del sys.modules[name]
