"""What receives messages in tests: a channel in memory, a mail server and a webhook."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from workbench.domain.alerts.notices import Message
from workbench.domain.errors import NotFound, WorkbenchError


@dataclass
class Received:
    """One message as a person or a program gets it."""

    title: str
    text: str
    key: str
    html: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    head: Mapping[str, str] = field(default_factory=dict)


class MemoryNotifier:
    """Keeps what it is given; `error` makes what it raises in place of that."""

    def __init__(self, channels: Sequence[str] = ("ops",), error: Callable[[], WorkbenchError | None] = lambda: None) -> None:
        self.received: list[tuple[str, Message]] = []
        self.error = error
        self._channels = sorted(channels)

    @property
    def channels(self) -> Sequence[str]:
        return self._channels

    def send(self, channel: str, message: Message) -> None:
        if channel not in self._channels:
            raise NotFound(f"there is no channel {channel!r}")
        if (error := self.error()) is not None:
            raise error
        self.received.append((channel, message))

    @property
    def titles(self) -> list[str]:
        return [message.title for _, message in self.received]


class Webhook:
    """An HTTP server that takes JSON; `status` is what it answers with."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.paths: list[str] = []
        self.bodies: list[tuple[bytes, Mapping[str, str]]] = []
        self.status = 200
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                body: Mapping[str, Any] = json.loads(content)
                hook.paths.append(self.path)
                hook.bodies.append((content, dict(self.headers)))
                if hook.status < 300:
                    text = body.get("message", body.get("text"))
                    hook.received.append(Received(body["title"], str(text), self.headers["Idempotency-Key"]))
                self.send_response(hook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self) -> Webhook:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class MailServer:
    """An SMTP server on a free port; `answer` is what it says to a message, `password` what it lets in with (None: all)."""

    answer: str = "250 OK"
    password: str | None = None
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> MailServer:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
        self._controller = Controller(self, "127.0.0.1", self.port, authenticator=self._is_let_in, auth_require_tls=False)
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._controller.stop()

    def _is_let_in(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and data.password.decode() == self.password
        return AuthResult(success=is_right, handled=False)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("2"):
            mail = cast(EmailMessage, message_from_bytes(cast(bytes, envelope.content), policy=policy.default))
            single = [part for part in mail.walk() if not part.is_multipart()]
            parts = {
                part.get_content_type(): part.get_content().replace("\r\n", "\n")
                for part in single
                if part.get_filename() is None
            }
            files = {name: part.get_payload(decode=True) for part in single if (name := part.get_filename()) is not None}
            key = mail["Idempotency-Key"]
            head = {name: str(value) for name, value in mail.items()}
            self.received.append(Received(mail["subject"], parts["text/plain"], key, parts.get("text/html", ""), files, head))
        return self.answer
