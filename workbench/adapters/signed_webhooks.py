"""Webhooks that carry reports as JSON, signed so that a receiver knows who sent it and that nothing was changed on the way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx

from workbench.deadlines.connections import bound_client
from workbench.deadlines.deadline import deadline
from workbench.deadlines.retry_after import retry_after_seconds
from workbench.domain.alerts.notices import Message
from workbench.domain.errors import NotFound, RateLimited, SetupError, SourceError, SourceRefused, SourceUnavailable
from workbench.secret_values import Secret, current

SIGNATURE_HEADER = "Workbench-Signature"
KEY_HEADER = "Idempotency-Key"
_SHORTEST_SECRET = 16


class WebhookTarget(NamedTuple):
    """Where a webhook is, and the secret that signs what is sent there."""

    url: str
    secret: str

    @classmethod
    def parse(cls, name: str, address: str) -> WebhookTarget:
        """The target of an address `https://:secret@host/path`; raises SetupError, which contains no part of it."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or len(parts.password or "") < _SHORTEST_SECRET:
            raise SetupError(
                f"the address of the webhook {name} is not https://:secret@host/path",
                hint=f"give WORKBENCH_REPORTS__WEBHOOKS__{name.upper()} a secret of at least {_SHORTEST_SECRET} characters",
            )
        host = parts.netloc.rpartition("@")[2]
        return cls(urlunsplit(parts._replace(netloc=host)), unquote(parts.password or ""))


class SignedWebhooks:
    """Posts messages to `addresses`, a webhook's name to `https://:secret@host/path`.

    An answer of 2xx means that the receiver has it.

    The header `Workbench-Signature: t=TIME,v1=HEX` has the seconds since 1970 and the HMAC-SHA256 of `TIME.BODY` by the
    webhook's secret; `Idempotency-Key` is the same for every attempt of one message.
    """

    def __init__(
        self, addresses: Mapping[str, Secret], *, timeout_seconds: float = 30.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._addresses = addresses
        self._timeout_seconds = timeout_seconds
        self._clock = clock

    @property
    def channels(self) -> Sequence[str]:
        """The names there are, in alphabetical order."""
        return sorted(self._addresses)

    def send(self, channel: str, message: Message) -> None:
        """Posts the message with its files in base64; raises as `Notifier.send` does."""
        address = self._addresses.get(channel)
        if address is None:
            there = f"there are {', '.join(self.channels)}" if self._addresses else "none is set"
            add = f"add it on the page Settings, or set WORKBENCH_REPORTS__WEBHOOKS__{channel.upper()}"
            raise NotFound(f"there is no webhook {channel!r}", hint=f"{there}; {add}")
        target, body = WebhookTarget.parse(channel, current(address)), _body(message)
        headers = {
            "Content-Type": "application/json",
            KEY_HEADER: message.key,
            SIGNATURE_HEADER: signature(target.secret, int(self._clock()), body),
        }
        try:
            with (
                deadline(self._timeout_seconds),
                bound_client(httpx.Client(timeout=self._timeout_seconds, follow_redirects=False)) as client,
            ):
                response = client.post(target.url, content=body, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            raise SourceUnavailable(f"the webhook {channel} does not answer: {type(error).__name__}") from None
        if not response.is_success:
            raise _refusal(channel, response)


def signature(secret: str, moment: int, body: bytes) -> str:
    """The value of the signature's header for a body sent at a moment, in seconds since 1970."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def _body(message: Message) -> bytes:
    files = [
        {"name": file.name, "media_type": file.media_type, "content_base64": base64.b64encode(file.content).decode()}
        for file in message.files
    ]
    document = {"key": message.key, "title": message.title, "text": message.text, "files": files}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _refusal(channel: str, response: httpx.Response) -> SourceError:
    status = response.status_code
    text = f"the webhook {channel} answered {status}"
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimited(text, retry_after_seconds=retry_after_seconds(response.headers.get("Retry-After")))
    return SourceRefused(text) if 300 <= status < 500 and status != 408 else SourceUnavailable(text)
