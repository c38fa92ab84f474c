"""Reading a PDF in a process of its own, with bounds on its time and memory: what breaks there breaks nothing here.

`python -m workbench.parse.pdf_reader` is that process: the PDF on standard input, its pages, pictures of some, or one error on
standard output.
"""

from __future__ import annotations

import json
import subprocess  # of this interpreter on this module alone  # nosec B404
import sys
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

from workbench.domain.errors import MalformedDocument
from workbench.domain.operations.cancellation import check_cancelled, interrupting
from workbench.parse.html.paged_text import PageText

PDF_EXTRACTOR = "workbench-pdf/2"

# An annual report of 300 pages takes 4 seconds and 60 MB; the largest documents allowed a good part of a minute.
_SECONDS = 120
_ADDRESS_SPACE = 3 << 30
_BOUNDS = f"it takes more than {_SECONDS} seconds or {_ADDRESS_SPACE >> 30} GB to read"


def read_pdf(content: bytes, *, may_be_blank: bool = False) -> list[PageText]:
    """The pages of a PDF as `read_pages` of `pdf_text` reads them; raises MalformedDocument as it does, and for a PDF whose
    reading takes too long, too much memory, or crashes, and Interrupted when the work of this thread is cancelled.
    """
    answer = _ask(content, "blank" if may_be_blank else "text")
    return [PageText(text, label) for text, label in answer["pages"]]


def pictures_of(content: bytes, numbers: Sequence[int]) -> list[bytes]:
    """Pictures of a few pages, as `page_pictures` of `pdf_text` makes them; raises MalformedDocument as `read_pdf`."""
    return [b64decode(each) for each in _ask(content, "pictures", *map(str, numbers))["pictures"]]


def _ask(content: bytes, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "workbench.parse.uploads.pdf_reader", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process, interrupting(process.kill):  # nosec B603
        try:
            output, _ = process.communicate(content, timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            raise MalformedDocument(f"the PDF is refused: {_BOUNDS}") from None
        finally:
            process.kill()
    check_cancelled()
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError:
        raise MalformedDocument(f"the PDF is damaged and cannot be read, or {_BOUNDS}") from None
    if "error" in answer:
        raise MalformedDocument(answer["error"], hint=answer["hint"])
    return answer


def _serve() -> None:
    _bound()
    from workbench.parse.uploads.pdf_text import page_pictures, read_pages

    answer: dict[str, Any]
    what, *numbers = sys.argv[1:]
    content = sys.stdin.buffer.read()
    try:
        if what == "pictures":
            answer = {"pictures": [b64encode(each).decode() for each in page_pictures(content, list(map(int, numbers)))]}
        else:
            answer = {"pages": read_pages(content, may_be_blank=what == "blank")}
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


if __name__ == "__main__":
    _serve()
