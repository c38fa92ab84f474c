"""Programs started and awaited within a time, with everything that they started themselves."""

from __future__ import annotations

import os
import signal
import subprocess  # programs by their path, without a shell  # nosec B404
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended, and what it wrote."""

    code: int
    output: bytes
    errors: bytes


def run_program(
    command: Sequence[str], *, seconds: float, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Finished:
    """Runs a program with nothing on its standard input. Its environment is this process's when none is given.

    Raises TimeoutError when it has not ended after `seconds`; it is killed then, and every program of its process group.
    Raises OSError when it cannot be started.
    """
    with subprocess.Popen(  # nosec B603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=folder,
        start_new_session=True,
    ) as program:  # fmt: skip
        try:
            output, errors = program.communicate(timeout=seconds)
        except BaseException as error:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise TimeoutError(f"{Path(command[0]).name} took longer than {seconds:g} seconds") from None
            raise
        return Finished(program.returncode, output, errors)
