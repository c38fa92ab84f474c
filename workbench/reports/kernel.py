"""The interpreter that notebooks run in: this one, on this workbench."""

from __future__ import annotations

import os
import subprocess  # nosec B404
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from pydantic import BaseModel, SecretStr

from workbench.settings import Settings


def own_kernel(settings: Settings, further: Mapping[str, str] | None = None) -> type[AsyncKernelManager]:
    """What starts the interpreter that runs this program, whatever kernels are registered on the machine.

    `further` variables are added to its environment.
    """

    class OwnKernel(AsyncKernelManager):
        # Sockets in the user's own runtime folder: over TCP any account of this machine could listen.
        transport = "ipc" if os.name == "posix" else "tcp"

        @property
        def kernel_spec(self) -> KernelSpec:
            arguments = ["-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=[sys.executable, *arguments], display_name="Python", language="python")

        async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
            # What a kernel logs is not for the reader of a report; errors of its cells come back as messages.
            own = {"env": kernel_environment(settings) | dict(further or {}), "stderr": subprocess.DEVNULL}
            return await super()._async_pre_start_kernel(**{**options, **own})

        pre_start_kernel = _async_pre_start_kernel

    return OwnKernel


def kernel_environment(settings: Settings) -> dict[str, str]:
    """The environment in which a notebook opens the same workbench as this process, by the same settings."""
    return {**os.environ, **dict(_variables("WORKBENCH", settings))}


def _variables(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        joint = "__" if "_" in name else "_"
        for field in type(value).model_fields:
            yield from _variables(f"{name}{joint}{field.upper()}", getattr(value, field))
    elif isinstance(value, SecretStr):
        yield name, value.get_secret_value()
    elif isinstance(value, Path):
        yield name, str(value.expanduser().resolve())
    elif value is not None:
        yield name, str(value)
