"""Reading a document in a process of its own, with bounds on its time and memory: what breaks there breaks nothing here.

`python -m MODULE` is that process: the document on standard input, what was read or one error as JSON on standard output.
"""

from __future__ import annotations

import json
import subprocess  # of this interpreter on a module of this package alone  # nosec B404
import sys
from collections.abc import Callable
from typing import Any

from workbench.domain.errors import MalformedDocument
from workbench.domain.operations.cancellation import check_cancelled, interrupting

# An annual report of 300 pages takes 4 seconds and 60 MB; the largest documents allowed a good part of a minute.
_SECONDS = 120
_ADDRESS_SPACE = 3 << 30
_BOUNDS = f"it takes more than {_SECONDS} seconds or {_ADDRESS_SPACE >> 30} GB to read"


def ask(module: str, kind: str, content: bytes, *arguments: str) -> dict[str, Any]:
    """What `module` reads of the document; `kind` names the document in errors (`PDF`).

    Raises MalformedDocument as the module does, and where reading takes too long, too much memory, or crashes; Interrupted
    when the work of this thread is cancelled.
    """
    command = [sys.executable, "-m", module, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process, interrupting(process.kill):  # nosec B603
        try:
            output, _ = process.communicate(content, timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            raise MalformedDocument(f"the {kind} is refused: {_BOUNDS}") from None
        finally:
            process.kill()
    check_cancelled()
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError:
        raise MalformedDocument(f"the {kind} is damaged and cannot be read, or {_BOUNDS}") from None
    if "error" in answer:
        raise MalformedDocument(answer["error"], hint=answer["hint"])
    return answer


def serve(read: Callable[[bytes, list[str]], dict[str, Any]]) -> None:
    """The process: sets its limits, then writes what `read` makes of the document and the arguments, or its error."""
    _bound()
    answer: dict[str, Any]
    try:
        answer = read(sys.stdin.buffer.read(), sys.argv[1:])
    except MalformedDocument as error:
        answer = {"error": error.message, "hint": error.hint}
    # ASCII, so that no lone surrogate of a broken font can stop the writing
    sys.stdout.write(json.dumps(answer))


def _bound() -> None:
    """Sets the limits on this process, where the platform has them."""
    try:
        import resource
    except ImportError:  # Windows: the time-out alone holds there
        return
    for limit, most in (
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_AS, _ADDRESS_SPACE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)
