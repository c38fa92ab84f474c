"""The interpreter that notebooks run in: this one, on this workbench, in a folder of its own."""

from __future__ import annotations

import os
import subprocess  # nosec B404
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

# A path of a Unix socket has at most 107 bytes on Linux and 103 elsewhere, and the kernel's are called `/k-ipc-5` here.
_LONGEST_FOLDER = 90


@contextmanager
def run_folder() -> Iterator[Path]:
    """An empty folder of one run, whose path is short enough for sockets; removed with all in it at the end of the block."""
    parent = tempfile.gettempdir()
    if os.name == "posix" and len(os.fsencode(parent)) > _LONGEST_FOLDER - len("/report-12345678"):
        parent = "/tmp"  # noqa: S108  # nosec B108  the folder below it is made for this account alone
    with tempfile.TemporaryDirectory(prefix="report-", dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


# Run by the interpreter before anything else: the limit holds for all that it allocates (RLIMIT_DATA, in bytes).
_LIMITED = (
    "import resource, runpy, sys; most = int(sys.argv.pop(1)); resource.setrlimit(resource.RLIMIT_DATA, (most, most)); "
    "runpy.run_module('ipykernel_launcher', run_name='__main__')"
)


class RunKernelManager(AsyncKernelManager):
    """Starts the interpreter of one run; `kill_kernels` ends it from another thread."""

    started: ClassVar[list[AsyncKernelManager]]

    @classmethod
    def kill_kernels(cls) -> None:
        """Kills the interpreter if it is running; its client then sees a dead kernel."""
        for manager in cls.started:
            process = getattr(manager.provisioner, "process", None)
            if process is not None:
                process.kill()


def kernel_manager(
    folder: Path, environment: Mapping[str, str], beside: Path, *, memory_megabytes: int = 0
) -> type[RunKernelManager]:
    """What starts the interpreter that runs this program, whatever kernels are registered on the machine.

    All that a run leaves lies in `folder`: connection file and sockets, IPython's profile, and under `work` the files that the
    notebook writes. So runs beside each other share nothing, and no start-up script of the user changes a report. Modules and
    data in `beside`, the notebook's own folder, are found from `work` as they are from there.
    """
    work, profile = folder / "work", folder / "ipython"
    profile.mkdir()
    work.mkdir()
    _link(beside, work)

    is_limited = memory_megabytes > 0 and sys.platform == "linux"
    launched = ["-c", _LIMITED, str(memory_megabytes << 20)] if is_limited else ["-m", "ipykernel_launcher"]

    class RunKernel(RunKernelManager):
        started: ClassVar[list[AsyncKernelManager]] = []
        # Over TCP any account of this machine could connect; the folder lets nobody else in.
        transport = "ipc" if os.name == "posix" else "tcp"

        def __init__(self, **options: Any) -> None:
            super().__init__(**{**options, "connection_file": str(folder / "k.json")})
            self.started.append(self)

        @property
        def kernel_spec(self) -> KernelSpec:
            arguments = ["-Xfrozen_modules=off", *launched, "-f", "{connection_file}"]
            return KernelSpec(
                argv=[sys.executable, *arguments, "--HistoryManager.enabled=False"], display_name="Python", language="python"
            )

        async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
            # What a kernel logs is not for the reader of a report; errors of its cells come back as messages.
            own = {
                "env": {**environment, "IPYTHONDIR": str(profile), "JUPYTER_RUNTIME_DIR": str(folder)},
                "cwd": str(work), "stderr": subprocess.DEVNULL,
            }  # fmt: skip
            return await super()._async_pre_start_kernel(**{**options, **own})

        pre_start_kernel = _async_pre_start_kernel  # type: ignore[assignment]

    return RunKernel


def _link(source: Path, target: Path) -> None:
    """Links what lies in one folder into another, but for notebooks and hidden files; does nothing where links are refused."""
    with suppress(OSError):
        for entry in source.iterdir():
            if entry.suffix != ".ipynb" and not entry.name.startswith((".", "__pycache__")):
                (target / entry.name).symlink_to(entry)
