"""The interpreter that notebooks run in: this one, on this workbench."""

from __future__ import annotations

import os
import subprocess  # nosec B404
import sys
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from workbench.settings import Settings


def own_kernel(settings: Settings) -> type[AsyncKernelManager]:
    """What starts the interpreter that runs this program, whatever kernels are registered on the machine."""

    class OwnKernel(AsyncKernelManager):
        # Sockets in the user's own runtime folder: over TCP any account of this machine could listen.
        transport = "ipc" if os.name == "posix" else "tcp"

        @property
        def kernel_spec(self) -> KernelSpec:
            arguments = ["-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=[sys.executable, *arguments], display_name="Python", language="python")

        async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
            # What a kernel logs is not for the reader of a report; errors of its cells come back as messages.
            own = {"env": kernel_environment(settings), "stderr": subprocess.DEVNULL}
            return await super()._async_pre_start_kernel(**{**options, **own})

        pre_start_kernel = _async_pre_start_kernel

    return OwnKernel


def kernel_environment(settings: Settings) -> dict[str, str]:
    """The environment in which a notebook opens the same workbench as this process."""
    return {**os.environ, "WORKBENCH_HOME": str(settings.home.expanduser().resolve())}
