"""A local EDGAR: replays a folder over HTTP, counts what it is asked, and misbehaves on demand.

What is not in the folder is answered as the SEC answers: the archive with 403 and an XML AccessDenied, the data host with
404 and NoSuchKey.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote

MISSING = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{code}</Message></Error>'


def titled(title: str) -> bytes:
    """A page that has nothing but the title by which the SEC's own are told."""
    return f"<!DOCTYPE html><html><head><title>SEC.gov | {title}</title></head><body></body></html>".encode()


RATE_EXCEEDED = titled("Request Rate Threshold Exceeded")
UNDECLARED_TOOL = titled("Your Request Originates from an Undeclared Automated Tool")


@dataclass
class Answer:
    """One scripted answer. `cut` promises the whole body and sends that many bytes of it; `body` None is the file itself."""

    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None


class EdgarServer:
    """Serves `root`; use it as a context. `requests` are (monotonic seconds, path, User-Agent) in order of arrival."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.gives_parts = True
        self.requests: list[tuple[float, str, str]] = []
        self._scripts: dict[str, deque[Answer]] = defaultdict(deque)
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def script(self, path: str, *answers: Answer) -> None:
        """The next answers for `path` (`*`: for any), before the folder is served again."""
        self._scripts[path].extend(answers)

    def most_in_any_second(self) -> int:
        """The largest number of requests that arrived within one second."""
        times = sorted(moment for moment, _, _ in self.requests)
        return max((sum(1 for other in times if moment <= other < moment + 1.0) for moment in times), default=0)

    def __enter__(self) -> EdgarServer:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        path, _, query = unquote(handler.path.lstrip("/")).partition("?")
        if query:  # as recorded feeds are named in a folder
            path = f"{path}/{query.replace('&', '_')}.atom"
        with self._lock:
            self.requests.append((time.monotonic(), path, handler.headers.get("User-Agent", "")))
            scripts = self._scripts[path] or self._scripts["*"]
            answer = scripts.popleft() if scripts else Answer()
        time.sleep(answer.delay)
        status, body, headers = answer.status, answer.body, dict(answer.headers)
        if body is None:
            status, body = self._file(path) if answer.status == 200 else (answer.status, b"")
            span = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers.get("Range", "")) if self.gives_parts else None
            if status == 200 and span:
                first, size = int(span[1]), len(body)
                status, body = 206, body[first : int(span[2]) + 1]
                version = hashlib.sha256((self.root / path).read_bytes()).hexdigest()
                headers |= {"Content-Range": f"bytes {first}-{first + len(body) - 1}/{size}", "ETag": f'"{version}"'}
            elif status == 200 and "gzip" in handler.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, 1)
                headers["Content-Encoding"] = "gzip"
        handler.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body if answer.cut is None else body[: answer.cut])
        handler.close_connection = handler.close_connection or answer.cut is not None

    def _file(self, path: str) -> tuple[int, bytes]:
        file = (self.root / path).resolve()
        if file.is_relative_to(self.root.resolve()) and file.is_file():
            return 200, file.read_bytes()
        if path.startswith("Archives/"):
            return 403, MISSING.format(code="AccessDenied").encode()
        return 404, MISSING.format(code="NoSuchKey").encode()
