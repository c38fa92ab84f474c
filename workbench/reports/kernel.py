"""The interpreter that notebooks run in: this one, on this workbench."""

from __future__ import annotations

import os
import sys

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from workbench.settings import Settings


class OwnKernel(AsyncKernelManager):
    """Starts the interpreter that runs this program, whatever kernels are registered on the machine."""

    # Sockets in the user's own runtime folder: over TCP any account of this machine could listen.
    transport = "ipc" if os.name == "posix" else "tcp"

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command of the kernel."""
        arguments = ["-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=[sys.executable, *arguments], display_name="Python", language="python")


def kernel_environment(settings: Settings) -> dict[str, str]:
    """The environment in which a notebook opens the same workbench as this process."""
    return {**os.environ, "WORKBENCH_HOME": str(settings.home.expanduser().resolve())}
